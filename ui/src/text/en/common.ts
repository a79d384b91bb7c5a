// Words that many pages use.
import type { ProviderType, State } from "../../generated/control";

const state: Record<State | "checking", string> = {
  ready: "Ready",
  cooling: "Cooling",
  unhealthy: "Unhealthy",
  "needs-login": "Needs login",
  refused: "Refused",
  disabled: "Disabled",
  checking: "Checking",
};

const pool: Record<ProviderType, string> = {
  "claude-custom": "Claude keys",
  "openai-custom": "OpenAI-compatible keys",
  "gemini-custom": "Gemini keys",
  "gemini-cli-oauth": "Gemini sign-ins",
  "claude-kiro-oauth": "Kiro sign-ins",
  "openai-qwen-oauth": "Qwen sign-ins",
};

const poolShort: Record<ProviderType, string> = {
  "claude-custom": "Claude",
  "openai-custom": "OpenAI-compatible",
  "gemini-custom": "Gemini keys",
  "gemini-cli-oauth": "Gemini sign-ins",
  "claude-kiro-oauth": "Kiro",
  "openai-qwen-oauth": "Qwen",
};

export const common = {
  state,
  pool,
  poolShort,
  add: "Add",
  cancel: "Cancel",
  close: "Close",
  copied: "Copied",
  copy: "Copy",
  done: "Done",
  keep: "Keep",
  more: "More",
  none: "none",
  off: "Off",
  on: "On",
  remove: "Remove",
  save: "Save",
  tryAgain: "Try again",
  undo: "Undo",
  show: "Show",
  hide: "Hide",
  loading: "Loading",
  notReported: "Not reported",
  quotaTo: (at: string) => `to ${at}`,
  quotaBack: (at: string) => `back ${at}`,
  percentLeft: (n: number) => `${n} percent left`,
  moreQuotas: (n: number) => `and ${n} more`,
  wrong: "That did not work.",
  requests: (n: string) => (n === "1" ? "1 request" : `${n} requests`),
  then: (names: string[]) => names.map((name) => `then ${name}`).join(", "),
};

export const time = {
  now: "now",
  anyMoment: "any moment",
  seconds: (n: number) => `${n} s`,
  minutes: (n: number) => `${n} min`,
  hours: (n: number) => `${n} h`,
  days: (n: number) => `${n} d`,
  ahead: (clock: string, far: string) => `${clock}, in ${far}`,
  ago: (far: string) => `${far} ago`,
};
