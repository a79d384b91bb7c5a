// What the form of an instance holds, and the fields that its change comes to.
import type { Instance, JsonValue, ProviderType } from "../generated/control";
import { BASE_URL } from "../pools/keys";

export interface Draft {
  name: string;
  base: string;
  priority: number;
  weight: number;
  limit: number | null;
  proxy: string;
  unsupported: string;
  models: string;
  check: boolean;
  checkModel: string;
}

/** The form for an instance as it is. */
export function draftOf(one: Instance): Draft {
  return {
    // Without a name of its own it is called by how its uuid begins.
    name: one.uuid.startsWith(one.name) ? "" : one.name,
    base: one.base_url ?? "",
    priority: one.priority,
    weight: one.weight,
    limit: one.concurrency_limit,
    proxy: one.proxy ?? "",
    unsupported: one.not_supported_models.join(", "),
    models: one.model_map.map(([from, to]) => `${from} = ${to}`).join("\n"),
    check: one.check_health ?? true,
    checkModel: one.check_model ?? "",
  };
}

/** Whether anything was typed. */
export const changed = (draft: Draft, before: Draft): boolean =>
  JSON.stringify(draft) !== JSON.stringify(before);

const split = (text: string): string[] =>
  text
    .split(/[,\n]/)
    .map((one) => one.trim())
    .filter(Boolean);

function mapped(text: string): { [name: string]: string } {
  const pairs = text.split("\n").map((line) => line.split("=").map((part) => part.trim()));
  return Object.fromEntries(pairs.filter(([from, to]) => from && to) as [string, string][]);
}

/** The fields of the pools file that change; `null` takes one out. */
export function fieldsOf(draft: Draft, before: Draft, provider: ProviderType): { [name: string]: JsonValue } {
  const wanted: [keyof Draft, string, JsonValue][] = [
    ["name", "customName", draft.name.trim() || null],
    ["base", BASE_URL[provider], draft.base.trim() || null],
    ["priority", "priority", draft.priority],
    ["weight", "weight", draft.weight],
    ["limit", "concurrencyLimit", draft.limit || null],
    ["proxy", "PROXY_URL", draft.proxy.trim() || null],
    [
      "unsupported",
      "notSupportedModels",
      split(draft.unsupported).length > 0 ? split(draft.unsupported) : null,
    ],
    ["models", "modelMap", Object.keys(mapped(draft.models)).length > 0 ? mapped(draft.models) : null],
    ["check", "checkHealth", draft.check],
    ["checkModel", "checkModelName", draft.checkModel.trim() || null],
  ];
  const differ = wanted.filter(([field]) => draft[field] !== before[field]);
  return Object.fromEntries(differ.map(([, name, value]) => [name, value]));
}
