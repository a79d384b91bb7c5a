// Which requests the address asks for.
import type { Find, Only, ProviderType } from "../generated/control";
import { TYPES } from "../lib/names.svelte";

const ONLY: Only[] = ["elsewhere", "errors", "rejected", "left"];

interface Address {
  word(name: string): string | null;
}

/** Reads it. */
export function findOf(route: Address): Find {
  return {
    text: route.word("q"),
    only: ONLY.find((only) => only === route.word("only")) ?? null,
    provider: TYPES.find((type): type is ProviderType => type === route.word("provider")) ?? null,
    client: route.word("client"),
    instance: route.word("instance"),
    model: route.word("model"),
  };
}

/** Whether it leaves none out. */
export const isAll = (find: Find): boolean => Object.values(find).every((value) => !value);
