// Which page is shown, and with which words: all of it stands in the address.
export const PAGES = ["overview", "pools", "activity", "statistics", "connect", "settings"] as const;
export type Page = (typeof PAGES)[number];

type Words = Record<string, string | null | undefined>;

function read(): { page: Page; words: URLSearchParams } {
  const [path = "", query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const page = PAGES.find((one) => one === path) ?? "overview";
  return { page, words: new URLSearchParams(query) };
}

/** The address of a page. */
export function to(page: Page, words: Words = {}): string {
  const given = Object.entries(words).filter((pair): pair is [string, string] => Boolean(pair[1]));
  const query = new URLSearchParams(given).toString();
  return `#/${page}${query && `?${query}`}`;
}

class Route {
  #at = $state.raw(read());

  constructor() {
    addEventListener("hashchange", () => (this.#at = read()));
  }

  get page(): Page {
    return this.#at.page;
  }

  /** What the address says under that name. */
  word(name: string): string | null {
    return this.#at.words.get(name);
  }

  /** Goes to a page. */
  go(page: Page, words: Words = {}): void {
    location.hash = to(page, words);
  }

  /** Changes words of this page's address; a `null` takes one out. */
  set(words: Words): void {
    const all = { ...Object.fromEntries(this.#at.words), ...words };
    history.replaceState(null, "", to(this.page, all));
    this.#at = read();
  }
}

export const route = new Route();
