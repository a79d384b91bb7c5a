// The sentence that the window opens with.
import type { Status } from "../generated/control";
import { clockTime } from "../lib/format";
import { w } from "../text/words.svelte";

/** What is true now, in words. */
export function headline(status: Status, now: number): string {
  const all = status.pools.flatMap((pool) => pool.instances);
  const ready = all.filter((one) => one.state === "ready").length;
  const t = w.t.overview;
  if (status.mode !== "running") return status.mode === "paused" ? t.paused : t.stopping;
  if (ready > 0) return t.ready(ready, all.length);
  const back = all.map((one) => (one.until ? Date.parse(one.until) : NaN)).filter((at) => at > now);
  return back.length > 0 ? t.resting(clockTime(Math.min(...back))) : t.nobody;
}
