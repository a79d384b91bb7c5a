// Overview.
export const overview = {
  ready: (ready: number, all: number) =>
    all === 1
      ? "Ready. Your instance can take a request."
      : `Ready. ${ready} of ${all} instances can take a request.`,
  resting: (until: string) => `Resting until ${until}.`,
  nobody: "Nobody can serve. It needs you.",
  paused: "Paused.",
  stopping: "Stopping, and finishing what is in flight.",
  hour: (requests: number, errors: number, absorbed: number) => {
    if (requests === 0) return "In the last hour nobody has asked anything.";
    const seen =
      errors === 0
        ? "In the last hour no client saw an error"
        : `In the last hour clients saw ${errors === 1 ? "1 error" : `${errors} errors`}`;
    if (absorbed === 0) return `${seen}.`;
    const attempts = absorbed === 1 ? "1 failed attempt was" : `${absorbed} failed attempts were`;
    return `${seen}: ${attempts} served by another instance.`;
  },
  byState: "Instances by state",
  last60: "Last 60 minutes",
  chart:
    "Requests a minute, last hour. Above the line: requests. Below: failed attempts, served by another instance or seen by a client.",
  minute: (at: string, requests: number, absorbed: number, errors: number) =>
    `${at}: ${requests} requests, ${absorbed} failed attempts served elsewhere, ${errors} errors`,
  aMinute: (n: number) => `${n} a minute`,
  below: "below the line: failed attempts; crossed: the client saw it",
  noneBelow: "below the line: attempts that failed. There are none.",
  requests: "Requests",
  errors: "Errors clients saw",
  elsewhere: "Served elsewhere",
  firstContent: "First content",
  tokensIn: "Tokens in",
  tokensOut: "Tokens out",
  cached: (share: string) => `${share} cached`,
  column: "a column is an instance, its height the quota left",
  today: (n: string) => `${n} today`,
  sum: (n: number, state: string) => `${n} ${state.toLowerCase()}`,
  cools: (name: string, until: string) => `${name} cools until ${until}`,
  tried: (name: string, at: string) => `${name} is tried at ${at}`,
  waits: (name: string) => `${name} waits for a login`,
  wasRefused: (name: string) => `${name} was refused`,
  modelRests: (model: string, name: string, until: string) => `${model} rests on ${name} until ${until}`,
  andMore: (some: string[], more: number) => `${some.join(", ")}, and ${more} more`,
  list: (all: string[]) => all.join(", "),
  allOff: "All are disabled",
  enabledServe: "All that are enabled can serve",
  allServe: "All can serve",
  needs: "Needs you",
  needsNothing: "Nothing needs you.",
  since: (at: string) => `, since ${at}.`,
  servesOn: (names: string[], more: number) =>
    `The pool serves on with ${names.join(" and ")}${more > 0 ? ` and ${more} more` : ""}.`,
  nobodyElse: "Nobody else in this pool can serve.",
  signInAgain: "Sign in again",
  useKey: "Use an API key",
  newKey: "New key…",
  inFlight: "In flight",
  idle: "Nothing is under way.",
  phase: { connecting: "connecting", waiting: "first content", streaming: "writing" },
  phaseWord: "Phase",
  andMoreInFlight: (n: number) => `and ${n} more`,
  changes: "Changes of state",
  noChanges: "No instance has changed its state since Millpond started.",
  until: (at: string) => `, until ${at}`,
};
