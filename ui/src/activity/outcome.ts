// How attempts and requests are shown.
import type { Told, Tried } from "../generated/control";
import type { Looks } from "../lib/states";

const RESTS = ["rate-limited", "overloaded", "out-of-money", "model-missing"];
const USERS = ["key-dead", "forbidden", "wrong-url"];
const CLIENTS = ["bad-request", "cancelled"];

/** The shape that stands for how an attempt ended. */
export function looksOf(tried: Tried): Looks {
  if (tried.cause === null) return "ready";
  if (RESTS.includes(tried.cause)) return "cooling";
  if (USERS.includes(tried.cause)) return "needs-login";
  return CLIENTS.includes(tried.cause) ? "refused" : "unhealthy";
}

/** Whether the client saw an error. */
export const isError = (told: Told): boolean => told.status >= 400 || told.outcome === "broken";

/** All tokens that were sent. */
export const sent = (told: Told): number | null =>
  told.usage ? told.usage.input + told.usage.cache_read + told.usage.cache_write : null;
