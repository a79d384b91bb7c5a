// Activity: the list of requests, and one explained.
import type { Dialect, Only, Outcome } from "../../generated/control";

const dialect: Record<Dialect, string> = {
  "openai-chat": "OpenAI Chat",
  "openai-responses": "OpenAI Responses",
  anthropic: "Anthropic Messages",
  gemini: "Gemini",
  kiro: "Kiro",
};

const only: Record<Only | "all", string> = {
  all: "All",
  elsewhere: "Served elsewhere",
  errors: "Errors",
  rejected: "Client's fault",
  left: "Client left",
};

const NTH = ["no", "first", "second", "third", "fourth", "fifth"];
const nth = (n: number): string => NTH[n] ?? `${n}th`;

const outcomes: Record<Outcome, (attempts: number, status: number) => string> = {
  served: (n) => (n <= 1 ? "Served at once." : `Served at the ${nth(n)} attempt.`),
  failed: (n, status) =>
    n === 0
      ? `Nobody could be asked: ${status}.`
      : `Failed after ${n} ${n === 1 ? "attempt" : "attempts"}: ${status}.`,
  broken: () => "The answer broke off.",
  left: () => "The client went away.",
  rejected: (_, status) => `The request itself was at fault: ${status}.`,
};

/** The backend's reasons for a pool, in this language; one that is missing is shown as it is. */
const routes: Record<string, string> = {
  "it is known to serve the model": "it is known to serve the model",
};

export const activity = {
  sentence: "Every request that is kept, and why it went where it went.",
  live: "Live",
  export: "Export CSV",
  exporting: (n: string) => `${n} so far`,
  search: "Search",
  hint: "Request id, model, instance, reason",
  outcome: "Outcome",
  todayOnly: "the number is today's",
  only,
  pool: "Pool",
  everyPool: "Every pool",
  client: "Client",
  everyClient: "Every client",
  requests: "Requests",
  columns: {
    time: "Time",
    client: "Client",
    model: "Model",
    attempts: "Attempts, served by",
    status: "Status",
    total: "Total",
    in: "In",
    out: "Out",
  },
  open: "open",
  explainOf: (at: string, model: string) => `${at}: explain the request for ${model}`,
  nobody: "nobody",
  none: "No request is like that. Point an assistant here under Connect, and each of its requests is listed.",
  foot: (n: string) => `${n} shown. “~” marks an estimate.`,
  older: "Load older",
  explained: "Request explained",
  unknown: "This request is not known, or not any more.",
  outcomes,
  seen: (outcome: Outcome, first: string | null) => {
    if (outcome === "served")
      return first
        ? `The client saw one clean answer, ${first} to its first content.`
        : "The client saw one clean answer.";
    if (outcome === "broken") return "The client saw the beginning and then an error, never a made-up end.";
    if (outcome === "left") return "The upstream was told to stop.";
    return outcome === "rejected"
      ? "It was not tried elsewhere: nobody would take it."
      : "The client saw an error in its own dialect.";
  },
  waterfall: (attempts: string[], total: string) =>
    `${attempts.map((took, at) => `attempt ${at + 1}: ${took}`).join(", ")}; ${total} in all`,
  firstContent: (at: string) => `first content ${at}`,
  affine: "Served this conversation before, so it was asked.",
  trial: "One trial request of an unhealthy instance.",
  firstChoice: "First by priority and fewest requests in flight.",
  next: "Next by priority and fewest requests in flight.",
  firstContentAfter: (took: string) => `First content after ${took}.`,
  askedAs: (model: string) => `Asked for as ${model}.`,
  calls: (n: number) => `${n} calls went up.`,
  nobodyAsked: "No instance was asked.",
  why: "Why this pool",
  routes,
  way: "Way",
  verbatim: (name: string) => `${name}, same dialect: bytes untouched`,
  translated: (from: string, to: string) => `${from} to ${to}, translated`,
  dialect,
  losses: "Not said",
  tokensWord: "Tokens",
  tokens: (sent: string, cached: string | null, out: string) =>
    `${sent} in${cached ? ` (${cached} cached)` : ""}, ${out} out`,
  unnamed: "unnamed key",
  streamed: "streamed",
  whole: "not streamed",
  id: "Request id",
  copyId: "Copy the request id",
  sameAs: "Same as",
  notKept: "Prompts and answers are not kept.",
};
