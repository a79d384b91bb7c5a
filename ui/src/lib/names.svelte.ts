// How instances and accounts are called on the screen: by their names, or, where names are hidden, by pool and number.
import { live } from "../live/live.svelte";
import { prefs } from "../live/prefs.svelte";
import type { InstanceName, InstanceStatus, ProviderType } from "../generated/control";

/** Every provider type, in the order in which pages show them. */
export const TYPES: ProviderType[] = [
  "claude-custom",
  "openai-custom",
  "gemini-custom",
  "gemini-cli-oauth",
  "claude-kiro-oauth",
  "openai-qwen-oauth",
];

/** Two letters stand for a provider. */
export const TILE: Record<ProviderType, string> = {
  "claude-custom": "Cl",
  "openai-custom": "Oa",
  "gemini-custom": "Gk",
  "gemini-cli-oauth": "Ge",
  "claude-kiro-oauth": "Ki",
  "openai-qwen-oauth": "Qw",
};

/** What a hidden name is made of. */
const ALIAS: Record<ProviderType, string> = {
  "claude-custom": "Claude",
  "openai-custom": "OpenAI",
  "gemini-custom": "Gemini key",
  "gemini-cli-oauth": "Gemini",
  "claude-kiro-oauth": "Kiro",
  "openai-qwen-oauth": "Qwen",
};

const DOTS = "••••••";

/** Whether instances of this type sign in, as opposed to showing a key. */
export const signsIn = (provider: ProviderType): boolean => provider.endsWith("-oauth");

const aliases = $derived.by(() => {
  const all = new Map<string, string>();
  for (const pool of live.status?.pools ?? [])
    pool.instances.forEach((one, at) => all.set(one.uuid, `${ALIAS[pool.provider]} ${at + 1}`));
  return all;
});

type Named = Pick<InstanceName, "uuid" | "name" | "provider">;

/** What this instance is called on the screen. */
export function nameOf(one: Named): string {
  if (!prefs.hideNames) return one.name;
  return aliases.get(one.uuid) ?? `${ALIAS[one.provider]} •`;
}

/** An e-mail address with its middle taken out. */
export function masked(account: string): string {
  return account.replace(/([^\s@]{1,2})[^\s@]*(@[^\s@]+)/g, "$1•••$2");
}

/** Who an instance is to its upstream, as far as it may be seen. */
export function accountOf(one: InstanceStatus): string {
  const shown = one.key_hint ?? hostOf(one.base_url);
  return prefs.hideNames && shown ? DOTS : masked(shown);
}

/** The host of an address. */
export function hostOf(url: string | null): string {
  if (!url) return "";
  return URL.canParse(url) ? new URL(url).host : url;
}

/** A text of the backend's, without the names of instances and accounts where these are hidden. */
export function veiled(text: string): string {
  if (!prefs.hideNames) return masked(text);
  const named = live.instances
    .filter((one) => one.name.length > 2)
    .sort((a, b) => b.name.length - a.name.length);
  const without = named.reduce((said, one) => said.replaceAll(one.name, nameOf(one)), text);
  return without.replace(/[^\s@"“]+@[^\s@"”]+\.[^\s@"”]+/g, DOTS);
}
