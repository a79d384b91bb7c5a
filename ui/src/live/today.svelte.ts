// Today's figures of each instance, asked while a page shows them.
import { ask } from "../api";
import type { Figures, ProviderType } from "../generated/control";
import { clock } from "./clock.svelte";
import { query } from "./query.svelte";

const EVERY = 5_000;

/** When the day began here. */
export function midnight(now: number): string {
  const day = new Date(now);
  day.setHours(0, 0, 0, 0);
  return day.toISOString();
}

export interface Today {
  /** An instance's. */
  of(uuid: string): Figures | undefined;
  /** Requests of a pool. */
  pool(provider: ProviderType): number;
}

/** Asks for as long as the component that calls this is shown. */
export function today(): Today {
  const start = $derived(midnight(clock.now));
  const asked = query(
    () => start,
    (from) => ask("summary", { command: "summary", question: { from, by: ["instance"] } }),
    EVERY,
  );
  const rows = $derived(asked.value?.rows ?? []);
  return {
    of: (uuid) => rows.find((row) => row.instance?.uuid === uuid)?.figures,
    pool: (provider) =>
      rows
        .filter((row) => row.instance?.provider === provider)
        .reduce((sum, row) => sum + row.figures.requests, 0),
  };
}
