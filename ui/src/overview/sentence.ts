// What is to be known of a pool, in one sentence.
import type { InstanceStatus, PoolStatus } from "../generated/control";
import { moment } from "../lib/format";
import { nameOf } from "../lib/names.svelte";
import { byTrouble } from "../lib/states";
import { w } from "../text/words.svelte";

const MOST = 2;

function said(one: InstanceStatus, now: number): string | undefined {
  const t = w.t.overview;
  const until = one.until ? moment(one.until, now) : undefined;
  if (one.state === "cooling") return until && t.cools(nameOf(one), until);
  if (one.state === "unhealthy") return until && t.tried(nameOf(one), until);
  if (one.state === "needs-login") return t.waits(nameOf(one));
  if (one.state === "refused") return t.wasRefused(nameOf(one));
  const rest = one.resting_models.find((model) => !model.absent);
  return one.state === "ready" && rest
    ? t.modelRests(rest.model, nameOf(one), moment(rest.until, now))
    : undefined;
}

/** Trouble first, two at most. */
export function poolSentence(pool: PoolStatus, now: number): string {
  const troubles = [...pool.instances].sort(byTrouble).flatMap((one) => said(one, now) ?? []);
  if (troubles.length > MOST) return w.t.overview.andMore(troubles.slice(0, MOST), troubles.length - MOST);
  if (troubles.length > 0) return w.t.overview.list(troubles);
  const enabled = pool.instances.filter((one) => one.state !== "disabled").length;
  if (enabled === 0) return w.t.overview.allOff;
  return enabled < pool.instances.length ? w.t.overview.enabledServe : w.t.overview.allServe;
}
