// The only file that reaches the backend: through the app where it hosts the window, else over the control door.
import { invoke, isTauri } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { Control, Refused, Reply, Status } from "./generated/control";

/** Whether the app hosts this window, as opposed to a browser. */
export const inApp = isTauri();

type Name = Reply["reply"];
type Value<K extends Name> = Extract<Reply, { reply: K }> extends { value: infer V } ? V : void;

/** Why a command was not carried out, in the backend's words. */
export class Refusal extends Error {
  constructor(readonly refused: Refused) {
    super(refused.message);
  }
}

/** Sends a command and gives what its reply holds. */
export async function ask<K extends Name>(expected: K, command: Control): Promise<Value<K>> {
  const reply = await (inApp ? overInvoke(command) : overHttp(command));
  if (reply.reply !== expected) throw new Error(`the backend answered ${reply.reply} instead of ${expected}`);
  return ("value" in reply ? reply.value : undefined) as Value<K>;
}

/** Sends a command that only changes something. */
export const tell = (command: Control): Promise<void> => ask("done", command);

async function overInvoke(command: Control): Promise<Reply> {
  try {
    return await invoke<Reply>("control", { command });
  } catch (error) {
    throw isRefused(error) ? new Refusal(error) : error;
  }
}

async function overHttp(command: Control): Promise<Reply> {
  const answer = await fetch("/control/command", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(command),
  });
  const body: unknown = await answer.json();
  if (!answer.ok)
    throw isRefused(body) ? new Refusal(body) : new Error(`the backend answered ${answer.status}`);
  return body as Reply;
}

function isRefused(error: unknown): error is Refused {
  return typeof error === "object" && error !== null && "kind" in error && "message" in error;
}

/** Who hears of the state. */
export interface Watcher {
  status(status: Status): void;
  /** The backend cannot be heard any more; it is tried again. */
  lost(): void;
}

/** Gives every state from now on; the answer ends that. */
export function watch(watcher: Watcher): () => void {
  return inApp ? watchApp(watcher) : watchDoor(watcher);
}

function watchApp(watcher: Watcher): () => void {
  const ears = listen<Status>("status", (event) => watcher.status(event.payload));
  // Listening first: a change between the two is not missed.
  ears.then(() => invoke<Status>("status")).then(watcher.status, watcher.lost);
  return () => void ears.then((end) => end());
}

function watchDoor(watcher: Watcher): () => void {
  const source = new EventSource("/control/events");
  source.onmessage = (event: MessageEvent<string>) => watcher.status(JSON.parse(event.data) as Status);
  source.onerror = () => watcher.lost();
  return () => source.close();
}

/** Puts the local key on the clipboard; in the app it never enters the page. */
export async function copyKey(): Promise<void> {
  if (inApp) return void (await invoke("copy_key"));
  await copy(await ask("key", { command: "local-key" }));
}

/** Puts a text on the clipboard. */
export async function copy(text: string): Promise<void> {
  if (inApp) return void (await invoke("copy_text", { text }));
  await navigator.clipboard.writeText(text);
}

/** Opens an address in the user's browser. */
export async function open(url: string): Promise<void> {
  if (inApp) return void (await invoke("open_url", { url }));
  window.open(url, "_blank", "noopener,noreferrer");
}

/** Gives a text to the user as a file. Answers whether it was taken. */
export async function save(name: string, text: string): Promise<boolean> {
  if (inApp) return await invoke<boolean>("save_text", { name, text });
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
  return true;
}

/** Lets the user choose a file; `null` where there is no such dialog or nothing was chosen. */
export async function choose(kind: "open" | "save", name: string): Promise<string | null> {
  return inApp ? await invoke<string | null>("choose_file", { kind, name }) : null;
}

/** Whether the app starts with the user's session; with an answer given, it is set first. */
export async function atLogin(on?: boolean): Promise<boolean> {
  return await invoke<boolean>("start_at_login", { on: on ?? null });
}

/** Stands for the local key in a text that is to be copied. */
export const KEY = "{{local-key}}";

/** Puts a text on the clipboard with the local key in it; in the app the key does not enter the page. */
export async function copyWithKey(text: string): Promise<void> {
  if (!text.includes(KEY)) return copy(text);
  if (inApp) return void (await invoke("copy_with_key", { text, mark: KEY }));
  await copy(text.replaceAll(KEY, await ask("key", { command: "local-key" })));
}
