// Serves the built page as the app and the control door do: with their content security policy, and the commands behind it.
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import type { Control, Reply, Status } from "../src/generated/control";
import { answer } from "./madeup";

const DIST = join(import.meta.dirname, "../dist");
const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};
export const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export interface Stage {
  url: string;
  /** Every command that came. */
  heard: Control[];
  /** Shows another state to those who watch. */
  show(status: Status): void;
  close(): Promise<void>;
}

/** A made-up Millpond behind the real page; `own` answers what the test wants otherwise. */
export async function stage(
  first: Status,
  requests = 200,
  own: (command: Control) => Reply | null = () => null,
): Promise<Stage> {
  let shown = first;
  const heard: Control[] = [];
  const watchers = new Set<ServerResponse>();
  const send = (to: ServerResponse): void => void to.write(`data: ${JSON.stringify(shown)}\n\n`);
  const server = createServer((request, response) => void serve(request, response));

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? "/", "http://stage").pathname;
    if (path === "/control/events") {
      response.writeHead(200, { "content-type": "text/event-stream" });
      watchers.add(response);
      response.on("close", () => watchers.delete(response));
      return send(response);
    }
    if (path === "/control/command") {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const command = JSON.parse(Buffer.concat(chunks).toString()) as Control;
      heard.push(command);
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify(own(command) ?? answer(command, shown, requests)));
      return;
    }
    const file = join(DIST, normalize(path === "/" ? "/index.html" : path));
    try {
      const body = await readFile(file);
      response.writeHead(200, {
        "content-type": TYPES[extname(file)] ?? "application/octet-stream",
        "content-security-policy": POLICY,
      });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  }

  const url = await listen(server);
  return {
    url,
    heard,
    show(status) {
      shown = status;
      watchers.forEach(send);
    },
    close: () =>
      new Promise((done) => {
        watchers.forEach((watcher) => watcher.end());
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server): Promise<string> {
  return new Promise((done) => {
    server.listen(0, "127.0.0.1", () => done(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}
