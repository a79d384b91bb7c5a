// What the faces of the dialog have in common.
import type { FailureCause, ProviderType, Service, Standing, Step } from "../generated/control";
import type { Looks } from "../lib/states";

export type StepOf<K extends Step["step"]> = Extract<Step, { step: K }>;

const SERVICES: Partial<Record<ProviderType, Service>> = {
  "gemini-cli-oauth": "gemini",
  "openai-qwen-oauth": "qwen",
  "claude-kiro-oauth": "kiro",
};

export const PROVIDER: Record<Service, ProviderType> = {
  gemini: "gemini-cli-oauth",
  qwen: "openai-qwen-oauth",
  kiro: "claude-kiro-oauth",
};

/** Where a key works in the place of a sign-in. */
export const KEYS_OF: Record<Service, ProviderType> = {
  gemini: "gemini-custom",
  qwen: "openai-custom",
  kiro: "claude-custom",
};

export const serviceOf = (provider: ProviderType | null): Service | null =>
  (provider && SERVICES[provider]) ?? null;

export const isOver = (step: Step): boolean => step.step === "done" || step.step === "failed";

/** The provider has ended it, as opposed to what a person can mend. */
export const isEnded = (cause: FailureCause): boolean => cause === "not-eligible" || cause === "wrong-client";

/** The shape in the dialog's head. */
export function looksOf(step: Step): Looks | undefined {
  if (step.step === "done") return "ready";
  if (step.step !== "failed") return undefined;
  return isEnded(step.failure.cause) ? "refused" : "unhealthy";
}

export const STANDING: Record<Standing, Looks> = { works: "ready", limited: "unhealthy", ended: "refused" };
