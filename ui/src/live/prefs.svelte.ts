// How the user wants it to look. The settings hold it; here it is only put to use.
import { tell } from "../api";
import { LANGUAGES, type Language, w, wished } from "../text/words.svelte";
import { live } from "./live.svelte";
import { say } from "./say.svelte";

class Prefs {
  /** Names are replaced by pool and number. */
  hideNames = $derived(live.status?.look.hide_names ?? false);
  /** light, dark, or as the system has it. */
  theme = $derived(live.status?.look.theme ?? "system");

  /** Follows the settings for as long as the window stands. */
  follow(): void {
    $effect(() => {
      const root = document.documentElement;
      if (this.theme === "system") delete root.dataset.theme;
      else root.dataset.theme = this.theme;
    });
    $effect(() => {
      const set = live.status?.look.language ?? "system";
      w.language = set in LANGUAGES ? (set as Language) : wished();
      document.documentElement.lang = w.language === "zh" ? "zh-Hans" : "en";
    });
  }

  /** Whether it is dark now. */
  isDark(): boolean {
    return this.theme === "system"
      ? matchMedia("(prefers-color-scheme: dark)").matches
      : this.theme === "dark";
  }

  /** From light to dark and back. */
  async switchTheme(): Promise<void> {
    const next = this.isDark() ? "light" : "dark";
    if (await say.attempt(() => tell({ command: "set", key: "THEME", value: next })))
      say.aloud(w.t.shell.themeIs(next));
  }

  /** Hides names, or shows them. */
  async switchNames(): Promise<void> {
    const hide = !this.hideNames;
    const done = await say.attempt(() => tell({ command: "set", key: "HIDE_NAMES", value: String(hide) }));
    if (done) say.aloud(hide ? w.t.shell.namesHidden : w.t.shell.namesShown);
  }
}

export const prefs = new Prefs();
