// The part of a long list that can be seen while the page scrolls, for rows of one height.
const AROUND = 12;

export interface View {
  /** The first row that is there. */
  readonly from: number;
  /** The row after the last. */
  readonly to: number;
  /** The height of the rows before, in px. */
  readonly before: number;
  /** The height of the rows after, in px. */
  readonly after: number;
}

/** Follows the window's scrolling for as long as the component that calls this is shown. */
export function windowed(count: () => number, height: number, body: () => HTMLElement | undefined): View {
  let from = $state(0);
  let to = $state(60);
  $effect(() => {
    const all = count();
    const element = body();
    if (all === 0 || !element) return;
    const look = (): void => {
      const top = element.getBoundingClientRect().top;
      const first = Math.floor(-top / height) - AROUND;
      from = Math.max(0, Math.min(first, all - 1));
      to = Math.min(all, Math.max(first, 0) + Math.ceil(innerHeight / height) + 2 * AROUND);
    };
    look();
    addEventListener("scroll", look, { passive: true });
    addEventListener("resize", look);
    return () => {
      removeEventListener("scroll", look);
      removeEventListener("resize", look);
    };
  });
  return {
    get from() {
      return count() === 0 ? 0 : from;
    },
    get to() {
      return count() === 0 ? 0 : to;
    },
    get before() {
      return count() === 0 ? 0 : from * height;
    },
    get after() {
      return count() === 0 ? 0 : Math.max(0, count() - to) * height;
    },
  };
}
