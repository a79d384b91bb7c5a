// Which instances of a pool are shown, and in which order.
import type { InstanceStatus, State } from "../generated/control";
import { accountOf, nameOf } from "../lib/names.svelte";
import { levelOf } from "../lib/quota";
import { byTrouble, type Group, GROUPS, STATES } from "../lib/states";
import type { Today } from "../live/today.svelte";

export const ORDERS = ["file", "trouble", "today", "quota"] as const;
export type Order = (typeof ORDERS)[number];

/** What the address asks for. */
export interface Wishes {
  text: string;
  group: Group | null;
  state: State | null;
  pool: string | null;
  order: Order;
}

interface Address {
  word(name: string): string | null;
}

/** Reads the wishes; many instances are ordered by their trouble unless another order is named. */
export function wishes(route: Address, many: boolean): Wishes {
  const group = route.word("group");
  return {
    text: route.word("q") ?? "",
    group: group !== null && group in GROUPS ? (group as Group) : null,
    state: STATES.find((state) => state === route.word("state")) ?? null,
    pool: route.word("pool"),
    order: ORDERS.find((order) => order === route.word("order")) ?? (many ? "trouble" : "file"),
  };
}

/** Whether some are left out. */
export const isFiltered = (wish: Wishes): boolean =>
  wish.text !== "" || wish.group !== null || wish.state !== null || wish.pool !== null;

function fits(one: InstanceStatus, wish: Wishes): boolean {
  if (wish.pool !== null && one.provider !== wish.pool) return false;
  if (wish.state !== null && one.state !== wish.state) return false;
  if (wish.group !== null && !(GROUPS[wish.group] as readonly State[]).includes(one.state)) return false;
  const models = one.resting_models.map((rest) => rest.model);
  const said = [nameOf(one), accountOf(one), one.reason ?? "", one.uuid, ...models].join("\n").toLowerCase();
  return said.includes(wish.text.trim().toLowerCase());
}

/** Those that fit, in the order that is wished. */
export function choose(all: InstanceStatus[], wish: Wishes, figures: Pick<Today, "of">): InstanceStatus[] {
  const shown = all.filter((one) => fits(one, wish));
  const requests = (one: InstanceStatus): number => figures.of(one.uuid)?.requests ?? 0;
  if (wish.order === "trouble") shown.sort(byTrouble);
  if (wish.order === "today") shown.sort((a, b) => requests(b) - requests(a));
  if (wish.order === "quota") shown.sort((a, b) => levelOf(a) - levelOf(b));
  return shown;
}
