// Every text of the interface, in the language that is set.
import { en, type Texts } from "./en";
import { zh } from "./zh";

/** Languages, each by its own name. */
export const LANGUAGES = { en: "English", zh: "简体中文" } as const;
export type Language = keyof typeof LANGUAGES;

const all: Record<Language, Texts> = { en, zh };

/** What the system's wish comes to. */
export function wished(): Language {
  const first = navigator.languages.find((one) => /^(en|zh)\b/i.test(one));
  return first?.toLowerCase().startsWith("zh") ? "zh" : "en";
}

class Words {
  language = $state<Language>("en");
  t = $derived(all[this.language]);
  /** For numbers and times: the system's, where it is of that language. */
  locale = $derived(
    navigator.languages.find((one) => one.toLowerCase().startsWith(this.language)) ??
      (this.language === "zh" ? "zh-CN" : "en-GB"),
  );
}

export const w = new Words();
