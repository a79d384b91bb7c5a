// What is told once: the live region for readers of the screen, the toast with its Undo, and what went wrong.
const STAYS = 10_000;

export interface Toast {
  text: string;
  undo: () => Promise<void>;
}

class Say {
  toast = $state.raw<Toast | null>(null);
  /** What went wrong with the last action. */
  wrong = $state<string | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Reads a text to those who listen. */
  aloud(text: string): void {
    const region = document.getElementById("live");
    if (!region) return;
    region.textContent = "";
    requestAnimationFrame(() => (region.textContent = text));
  }

  /** Offers to undo what was just done. */
  offer(text: string, undo: () => Promise<void>): void {
    this.toast = { text, undo };
    this.aloud(text);
    this.go();
  }

  /** The clock of the toast stands still. */
  hold(): void {
    clearTimeout(this.#timer);
  }

  /** It goes on. */
  go(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.toast = null), STAYS);
  }

  /** Does something and says so where it does not work. Answers whether it worked. */
  async attempt(action: () => Promise<unknown>): Promise<boolean> {
    this.wrong = null;
    try {
      await action();
      return true;
    } catch (error) {
      this.wrong = error instanceof Error ? error.message : String(error);
      this.aloud(this.wrong);
      return false;
    }
  }
}

export const say = new Say();
