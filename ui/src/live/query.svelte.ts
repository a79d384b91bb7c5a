// A question to the backend, asked again when what it depends on changes, and now and then.
import { untrack } from "svelte";

export interface Query<T> {
  /** The last answer. */
  readonly value: T | undefined;
  /** Why there is none, or none that is new. */
  readonly error: string | undefined;
  /** Whether the first answer is still awaited. */
  readonly waiting: boolean;
  /** Asks now. */
  again(): void;
}

/** What a thrown thing says. */
export function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Asks while the component that calls this is shown. `question` is read for what it depends on. */
export function query<Q, T>(question: () => Q, ask: (question: Q) => Promise<T>, every = 0): Query<T> {
  let value = $state.raw<T>();
  let error = $state<string>();
  let turn = $state(0);
  $effect(() => {
    const asked = question();
    void turn;
    let over = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const run = async (): Promise<void> => {
      try {
        const answer = await ask(asked);
        if (over) return;
        value = answer;
        error = undefined;
      } catch (thrown) {
        if (!over) error = words(thrown);
      }
      if (every > 0 && !over) timer = setTimeout(() => void next(), every);
    };
    // A page that is not seen asks nothing; it asks at once when it is seen again.
    const next = (): Promise<void> => {
      if (document.visibilityState !== "hidden") return run();
      timer = setTimeout(() => void next(), every);
      return Promise.resolve();
    };
    void untrack(run);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  });
  return {
    get value() {
      return value;
    },
    get error() {
      return error;
    },
    get waiting() {
      return value === undefined && error === undefined;
    },
    again: () => void (turn += 1),
  };
}
