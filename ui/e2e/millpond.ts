// A real `millpond serve --ui` on a home of its own.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const BINARY = process.env["MILLPOND"] ?? join(import.meta.dirname, "../../target/debug/millpond");
const DIST = join(import.meta.dirname, "../dist");

export class Millpond {
  #error = "";
  #out = "";

  private constructor(
    readonly home: string,
    readonly process: ChildProcess,
  ) {
    process.stderr?.on("data", (data: Buffer) => (this.#error += data.toString()));
    process.stdout?.on("data", (data: Buffer) => (this.#out += data.toString()));
  }

  /** Starts it with these settings, and waits until it listens. */
  static async start(settings: Record<string, unknown> = {}, words: string[] = []): Promise<Millpond> {
    if (!existsSync(BINARY)) throw new Error(`${BINARY} is not built: cargo build -p cli`);
    const home = await mkdtemp(join(tmpdir(), "millpond-ui-"));
    await writeFile(join(home, "config.json"), JSON.stringify({ SERVER_PORT: 0, ...settings }));
    const child = spawn(BINARY, ["serve", "--home", home, "--secrets", "file", `--ui=${DIST}`, ...words], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const self = new Millpond(home, child);
    await self.until(() => self.#out.includes("listening on "));
    return self;
  }

  /** Where clients reach it. */
  get url(): string {
    return /listening on (\S+)/.exec(this.#out)?.[1] ?? "";
  }

  /** The next way into the window, which opens once. */
  async wayIn(): Promise<string> {
    await this.until(() => this.#ways().length > 0);
    return this.#ways().at(-1) ?? "";
  }

  #ways(): string[] {
    return [...this.#error.matchAll(/window: (\S+)/g)].map((found) => found[1] ?? "");
  }

  /** A file of the home. */
  read(name: string): Promise<string> {
    return readFile(join(this.home, name), "utf8");
  }

  /** The local key, as the command line shows it. */
  async key(): Promise<string> {
    return (await this.run("config", "get", "REQUIRED_API_KEY")).trim();
  }

  /** Another command on the same home; gives its output. */
  async run(...words: string[]): Promise<string> {
    const child = spawn(BINARY, [...words, "--home", this.home, "--secrets", "file"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let out = "";
    child.stdout.on("data", (data: Buffer) => (out += data.toString()));
    const code = await new Promise<number | null>((done) => child.on("close", done));
    if (code !== 0) throw new Error(`millpond ${words.join(" ")} ended with ${code}`);
    return out;
  }

  /** One chat through the proxy, as a client sends it. */
  async chat(model = "brook-1"): Promise<Response> {
    return fetch(`${this.url}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${await this.key()}`, "content-type": "application/json" },
      body: JSON.stringify({ model, messages: [{ role: "user", content: `hello ${Math.random()}` }] }),
    });
  }

  async until(met: () => boolean): Promise<void> {
    const end = Date.now() + 20_000;
    while (!met()) {
      if (Date.now() > end || this.process.exitCode !== null)
        throw new Error(`millpond said:\n${this.#out}\n${this.#error}`);
      await new Promise((done) => setTimeout(done, 20));
    }
  }

  async stop(): Promise<void> {
    const over = new Promise((done) => this.process.on("close", done));
    this.process.kill("SIGTERM");
    await over;
    await rm(this.home, { recursive: true, force: true });
  }
}
