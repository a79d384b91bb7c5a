// The settings as the backend has them. What was typed is sent; what is shown comes back from there.
import { ask, tell } from "../api";
import type { JsonValue, Setting } from "../generated/control";
import { words } from "../live/query.svelte";

class Settings {
  #all = $state.raw<Setting[]>([]);
  /** Why they cannot be shown. */
  error = $state<string>();
  /** What was wrong with the last value of a key. */
  wrong = $state<Record<string, string>>({});
  /** The key that was saved last. */
  saved = $state<string | null>(null);

  get ready(): boolean {
    return this.#all.length > 0;
  }

  async load(): Promise<void> {
    try {
      this.#all = await ask("settings", { command: "settings" });
      this.error = undefined;
    } catch (thrown) {
      this.error = words(thrown);
    }
  }

  value(key: string): JsonValue | undefined {
    return this.#all.find((one) => one.key === key)?.value;
  }

  text(key: string): string {
    const value = this.value(key);
    return value === null || value === undefined ? "" : String(value);
  }

  number(key: string): number {
    return Number(this.value(key) ?? 0);
  }

  /** Saves one; `null` takes it out of the file. Answers whether it was taken. */
  async set(key: string, value: JsonValue): Promise<boolean> {
    delete this.wrong[key];
    try {
      await tell({ command: "set", key, value: typeof value === "string" ? value : JSON.stringify(value) });
      this.saved = key;
      await this.load();
      return true;
    } catch (thrown) {
      this.wrong[key] = words(thrown);
      await this.load();
      return false;
    }
  }
}

export const settings = new Settings();
