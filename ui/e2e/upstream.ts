// An upstream that speaks OpenAI Chat and does as it is told, and a sign-in by a device code.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Upstream {
  url: string;
  /** The status of chats from now on. */
  chat: number;
  /** The status of model lists from now on. */
  models: number;
  /** Chats that came. */
  asked: number;
  /** Whether somebody has entered the code. */
  entered: boolean;
  close(): void;
}

async function body(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** Starts one. */
export async function upstream(): Promise<Upstream> {
  const server = createServer((request, response) => void answer(request, response));
  const self: Upstream = {
    url: "",
    chat: 200,
    models: 200,
    asked: 0,
    entered: false,
    close: () => server.close(),
  };
  const send = (response: ServerResponse, status: number, value: unknown): void => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(value));
  };
  const refuse = (response: ServerResponse, status: number): void =>
    send(response, status, {
      error: { message: `told to say ${status}`, type: "error", code: null, param: null },
    });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "";
    const text = await body(request);
    if (path.endsWith("/models")) {
      if (self.models !== 200) return refuse(response, self.models);
      return send(response, 200, {
        object: "list",
        data: [{ id: "brook-1", object: "model", created: 0, owned_by: "brook" }],
      });
    }
    if (path.endsWith("/chat/completions")) {
      self.asked += 1;
      if (self.chat !== 200) return refuse(response, self.chat);
      const { model } = JSON.parse(text) as { model: string };
      return send(response, 200, {
        id: "chatcmpl-1",
        object: "chat.completion",
        created: 0,
        model,
        choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: "ready" } }],
        usage: {
          prompt_tokens: 40,
          completion_tokens: 7,
          total_tokens: 47,
          prompt_tokens_details: { cached_tokens: 16 },
        },
      });
    }
    if (path.endsWith("/device/code")) {
      return send(response, 200, {
        device_code: "device-1",
        user_code: "WQHT-4K7M",
        verification_uri: `${self.url}/authorize`,
        verification_uri_complete: `${self.url}/authorize?code=WQHT-4K7M`,
        expires_in: 600,
        interval: 1,
      });
    }
    if (path.endsWith("/token")) {
      if (!self.entered)
        return send(response, 400, { error: "authorization_pending", error_description: "not yet" });
      return send(response, 200, {
        access_token: "access-1",
        refresh_token: "refresh-1",
        token_type: "Bearer",
        expires_in: 21_600,
        resource_url: self.url,
      });
    }
    refuse(response, 404);
  }

  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  self.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return self;
}
