// How states look, and how pages group them.
import type { InstanceStatus, State } from "../generated/control";

/** A state, or the check that is under way. */
export type Looks = State | "checking";

/** The class that colours a state: who acts next. */
export const TINT: Record<Looks, string> = {
  ready: "st-ready",
  cooling: "st-cooling",
  unhealthy: "st-unhealthy",
  "needs-login": "st-login",
  refused: "st-refused",
  disabled: "st-off",
  checking: "st-checking",
};

export const STATES: State[] = ["ready", "cooling", "unhealthy", "needs-login", "refused", "disabled"];

/** What the filter of the pools page groups states by. */
export const GROUPS = {
  ready: ["ready"],
  resting: ["cooling", "unhealthy"],
  "need-you": ["needs-login", "refused"],
  disabled: ["disabled"],
} as const satisfies Record<string, readonly State[]>;
export type Group = keyof typeof GROUPS;

/** The group of a state. */
export const groupOf = (state: State): Group =>
  state === "ready"
    ? "ready"
    : state === "disabled"
      ? "disabled"
      : state === "cooling" || state === "unhealthy"
        ? "resting"
        : "need-you";

/** Trouble floats: who needs the user first, who is ready last, who was switched off in between. */
const URGENCY: Record<State, number> = {
  "needs-login": 0,
  refused: 1,
  unhealthy: 2,
  cooling: 3,
  disabled: 4,
  ready: 5,
};
export const byTrouble = (a: { state: State }, b: { state: State }): number =>
  URGENCY[a.state] - URGENCY[b.state];

/** What is shown of an instance's state now. */
export const looksOf = (one: InstanceStatus): Looks => (one.checking ? "checking" : one.state);

/** A state by its word in the statistics. */
export const stateNamed = (word: string): State | undefined => STATES.find((one) => one === word);
