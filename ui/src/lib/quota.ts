// What is left of an instance's quotas.
import type { InstanceStatus, Quota } from "../generated/control";

/** Below this share a quota is low. */
export const LOW = 20;

/** The least that is left of any, from 0 to 1; full where nothing is reported. */
export function levelOf(one: InstanceStatus): number {
  const known = one.quota.flatMap((quota) => quota.percent_left ?? []);
  return known.length > 0 ? Math.min(1, Math.max(0, Math.min(...known) / 100)) : 1;
}

/** The scarcest first, and of each name one. */
export function scarcest(all: Quota[]): Quota[] {
  return [...all].sort((a, b) => (a.percent_left ?? 101) - (b.percent_left ?? 101));
}
