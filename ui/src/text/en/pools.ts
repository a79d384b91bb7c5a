// Pools, and adding to them.
import type { ProviderType } from "../../generated/control";

const empty: Record<ProviderType, string> = {
  "claude-custom": "Empty. For keys of Anthropic, and of servers that speak its dialect.",
  "openai-custom":
    "Empty. For keys of OpenAI, DeepSeek, DashScope, OpenRouter, and of any server that speaks their dialect.",
  "gemini-custom": "Empty. For keys of the Gemini API.",
  "gemini-cli-oauth":
    "Empty. Sign-in works for Code Assist Standard and Enterprise; a Gemini API key works for everybody.",
  "claude-kiro-oauth": "Empty. Sign in with Google, GitHub or an AWS Builder ID.",
  "openai-qwen-oauth":
    "Empty. Qwen closed its free sign-in on 15 April 2026; a DashScope key works under OpenAI-compatible keys.",
};

export const pools = {
  sentence: (ready: number, all: number, back: string | null, resting: number, need: number) => {
    const can = `${ready} of ${all} ${all === 1 ? "instance" : "instances"} can take a request.`;
    const rest =
      resting === 0
        ? ""
        : ` ${resting} ${resting === 1 ? "comes" : "come"} back by ${resting === 1 ? "itself" : "themselves"}`;
    const next = resting > 0 && back ? `, the next in ${back}` : "";
    const you = need === 0 ? "" : `${resting > 0 ? "," : ""} ${need} need${need === 1 ? "s" : ""} you`;
    return `${can}${rest}${next}${you}${rest || you ? "." : ""}`;
  },
  checkAll: "Check all now",
  checking: (done: number, total: number) => `Checking, ${done} of ${total}`,
  addInstance: "Add instance",
  find: "Find an instance",
  findHint: "Name, account, model or reason",
  state: "State",
  groups: { all: "All", ready: "Ready", resting: "Resting", "need-you": "Need you", disabled: "Disabled" },
  sort: "Sort",
  orders: { file: "File order", trouble: "Trouble first", today: "Requests today", quota: "Quota left" },
  columns: {
    state: "State",
    instance: "Instance",
    why: "Why, what next",
    quota: "Quota left",
    today: "Today",
    failed: " · failed",
    first: "First content",
    used: "Last used",
    actions: "Actions",
  },
  todayTitle: "requests today · failed attempts",
  firstTitle: "median time to first content",
  readyOf: (ready: number, all: number): [string, string] => [`${ready} of ${all}`, "ready"],
  inFlight: (n: number) => (n === 0 ? "none in flight" : `${n} in flight`),
  inFlightRow: (n: number) => (n === 1 ? "1 request in flight" : `${n} requests in flight`),
  idle: "Idle",
  oneModelRests: "Ready, but one model rests",
  modelsRest: (n: number) => `Ready, but ${n} models rest`,
  modelBack: (model: string, reason: string, until: string) => `${model}: ${reason}, back at ${until}`,
  backAt: (until: string) => `Back at ${until}`,
  failures: (n: number, reason: string) => (n > 1 ? `${n} failures in a row, last: ${reason}` : reason),
  trialAt: (at: string) => `One trial request at ${at}`,
  sinceSignIn: (at: string) => `Since ${at}. Sign in again to use it.`,
  sinceKey: (at: string) => `Since ${at}. Enter a key to use it.`,
  notAgain: "Not tried again by itself.",
  sinceNotAgain: (at: string) => `Since ${at}. Not tried again by itself.`,
  youDisabled: "You disabled it",
  staysOff: "Stays off until you enable it",
  checkNow: "Check now",
  checkOf: (name: string) => `Check ${name} now`,
  moreOf: (name: string) => `More for ${name}`,
  moreOfPool: (name: string) => `More for ${name}`,
  addTo: (name: string) => `Add to ${name}`,
  signIn: "Sign in",
  useKey: "Use a key",
  newKey: "New key",
  enable: "Enable",
  disable: "Disable",
  edit: "Edit…",
  up: "Move up",
  down: "Move down",
  requests: "Its requests",
  removeDots: "Remove…",
  checkPool: "Check this pool",
  poolRequests: "Requests of this pool",
  fallback: "When it is empty…",
  moreReady: (n: number) => `${n} more ${n === 1 ? "is" : "are"} ready and idle or serving`,
  showAll: (n: number) => `Show all ${n}`,
  showFewer: "Show fewer",
  nothing: "No instance is like that.",
  nothingLink: "Show all instances",
  empty,
  removeTitle: (name: string) => `Remove ${name}?`,
  removeText: (pool: string) =>
    `It leaves ${pool}, and its secret leaves the vault. Statistics and requests stay. A credential file of another program stays as it is. You can undo this for 10 seconds.`,
  removed: (name: string) => `${name} was removed.`,
  order: "Order",
  addTitle: "Add an instance",
  provider: "What it speaks",
  keyLabel: "API key",
  keyHint: "It goes into the vault, and is never shown again.",
  looksLike: (what: string) => `Looks like a key of ${what}.`,
  baseUrl: "Base URL",
  name: "Name",
  nameHint: "as you like",
  baseHint: "the vendor's own",
  addAndCheck: "Add and check",
  signInInstead: "Sign in instead…",
  keyTitle: (name: string) => `New key for ${name}`,
  replaceKey: "Replace the key",
  keyNeeded: "Enter a key.",
  added: (name: string) => `${name} was added and is being checked at no cost.`,
};
