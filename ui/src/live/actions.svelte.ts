// What pages let the user do to an instance, and the dialog that is open for it.
import { ask, tell } from "../api";
import type { InstanceName, ProviderType } from "../generated/control";
import { nameOf } from "../lib/names.svelte";
import { w } from "../text/words.svelte";
import { route } from "./route.svelte";
import { say } from "./say.svelte";

export interface Question {
  title: string;
  /** What goes, what stays. */
  text: string;
  keep: string;
  verb: string;
  action: () => Promise<unknown>;
}

export type Dialog =
  | { kind: "add"; provider: ProviderType | null }
  | { kind: "key"; instance: InstanceName }
  | { kind: "sign-in"; provider: ProviderType | null; instance: InstanceName | null }
  | { kind: "file"; way: "import" | "export" }
  | { kind: "confirm"; question: Question }
  | { kind: "find" };

class Actions {
  /** One at a time. */
  dialog = $state.raw<Dialog | null>(null);

  add(provider: ProviderType | null = null): void {
    this.dialog = { kind: "add", provider };
  }

  /** A new key for an instance that shows one; for a sign-in, a key beside it. */
  useKey(instance: InstanceName): void {
    const other: Partial<Record<ProviderType, ProviderType>> = {
      "gemini-cli-oauth": "gemini-custom",
      "openai-qwen-oauth": "openai-custom",
      "claude-kiro-oauth": "claude-custom",
    };
    const beside = other[instance.provider];
    this.dialog = beside ? { kind: "add", provider: beside } : { kind: "key", instance };
  }

  signIn(
    instance: InstanceName | null = null,
    provider: ProviderType | null = instance?.provider ?? null,
  ): void {
    this.dialog = { kind: "sign-in", provider, instance };
  }

  confirm(question: Question): void {
    this.dialog = { kind: "confirm", question };
  }

  close(): void {
    this.dialog = null;
  }

  check(uuid: string): Promise<boolean> {
    return say.attempt(() => ask("checked", { command: "check", which: { one: uuid } }));
  }

  enable(uuid: string, on: boolean): Promise<boolean> {
    return say.attempt(() => tell({ command: "enable", uuid, on }));
  }

  /** Asks first, and can be undone for a while. */
  remove(one: InstanceName): void {
    const name = nameOf(one);
    this.confirm({
      title: w.t.pools.removeTitle(name),
      text: w.t.pools.removeText(w.t.common.pool[one.provider]),
      keep: w.t.common.keep,
      verb: w.t.common.remove,
      action: async () => {
        await tell({ command: "remove", uuid: one.uuid });
        if (route.word("open") === one.uuid) route.set({ open: null });
        say.offer(w.t.pools.removed(name), () => tell({ command: "restore", uuid: one.uuid }));
      },
    });
  }
}

export const actions = new Actions();
