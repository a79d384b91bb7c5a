// The last day of an instance, made of its changes of state.
import type { Change, State } from "../generated/control";
import { stateNamed } from "../lib/states";

const DAY = 24 * 3_600_000;

/** A state, from and until, as parts of the day: 0 is 24 hours ago, 1 is now. */
export interface Span {
  state: State | null;
  from: number;
  to: number;
}

/** What is known of the day. Before the first change the state is not known; `changes` are the newest first. */
export function dayOf(changes: Change[], state: State, now: number): Span[] {
  const begin = now - DAY;
  const at = (time: string): number => Math.min(1, Math.max(0, (Date.parse(time) - begin) / DAY));
  const old = [...changes].reverse();
  // Without a change it has been what it is for as long as is known.
  if (old.length === 0) return [{ state, from: 0, to: 1 }];
  const spans: Span[] = [];
  let from = 0;
  let before: State | null = null;
  for (const change of old) {
    const to = at(change.at);
    if (to > from) spans.push({ state: before, from, to });
    from = to;
    before = stateNamed(change.state) ?? null;
  }
  if (from < 1) spans.push({ state: before, from, to: 1 });
  return spans;
}

/** The share of the known time in which it was ready. */
export function readyShare(spans: Span[]): number {
  const long = (some: Span[]): number => some.reduce((sum, span) => sum + span.to - span.from, 0);
  const known = spans.filter((span) => span.state !== null);
  return known.length > 0 ? long(known.filter((span) => span.state === "ready")) / long(known) : 0;
}
