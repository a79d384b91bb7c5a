// The list of requests: the newest are asked for again and again, older ones when the user wants them.
import { untrack } from "svelte";
import { ask } from "../api";
import type { Find, Told } from "../generated/control";
import { words } from "../live/query.svelte";

const PAGE = 100;
const OLDER = 1_000;
const EVERY = 2_000;

export interface Shown {
  readonly rows: Told[];
  readonly error: string | undefined;
  /** Whether the first answer is awaited. */
  readonly waiting: boolean;
  /** Whether older ones may be there. */
  readonly more: boolean;
  /** Whether older ones are on their way. */
  readonly loading: boolean;
  older(): Promise<void>;
}

/** The newest first; what is there already stays, so that nothing jumps. */
export function merged(news: Told[], rows: Told[]): Told[] {
  const known = new Set(rows.map((one) => one.id));
  const fresh = news.filter((one) => !known.has(one.id));
  return fresh.length > 0 ? [...fresh, ...rows] : rows;
}

/** Follows for as long as the component that calls this is shown. */
export function log(find: () => Find, follow: () => boolean): Shown {
  let rows = $state.raw<Told[]>([]);
  let error = $state<string>();
  let waiting = $state(true);
  let more = $state(false);
  let loading = $state(false);
  let turn = 0;

  $effect(() => {
    const wanted = find();
    turn += 1;
    const mine = turn;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async (first: boolean): Promise<void> => {
      try {
        if (first || (untrack(follow) && document.visibilityState !== "hidden")) {
          const news = await ask("requests", { command: "requests", find: { ...wanted, limit: PAGE } });
          if (mine !== turn) return;
          rows = first ? news : merged(news, rows);
          if (first) more = news.length === PAGE;
          error = undefined;
        }
      } catch (thrown) {
        if (mine === turn) error = words(thrown);
      }
      waiting = false;
      if (mine === turn) timer = setTimeout(() => void look(false), EVERY);
    };
    void untrack(() => look(true));
    return () => {
      turn += 1;
      clearTimeout(timer);
    };
  });

  async function older(): Promise<void> {
    const last = rows.at(-1);
    if (!last || loading) return;
    loading = true;
    const mine = turn;
    try {
      const page = await ask("requests", {
        command: "requests",
        find: { ...find(), before: last.id, limit: OLDER },
      });
      if (mine !== turn) return;
      rows = [...rows, ...page];
      more = page.length === OLDER;
    } catch (thrown) {
      error = words(thrown);
    } finally {
      loading = false;
    }
  }

  return {
    get rows() {
      return rows;
    },
    get error() {
      return error;
    },
    get waiting() {
      return waiting;
    },
    get more() {
      return more;
    },
    get loading() {
      return loading;
    },
    older,
  };
}
