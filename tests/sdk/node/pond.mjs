// What all scenario tables share: where the pond is, what is said there, and how a table is run.
//
// The driver tells by POND (JSON): `url` and `key` of each upstream's Millpond, its `pool`, its `model`, and so on; by
// MODULES the folder that the packages are installed in. Each scenario is told to the driver as one line of JSON.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

export const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
export const CITY = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
export const WEATHER = {
  type: "object",
  properties: { city: { type: "string" }, degrees: { type: "integer" } },
  required: ["city", "degrees"],
  additionalProperties: false,
};
export const [HELLO, BOTH, AS_JSON] = ["Hello", "weather of both", "as JSON"];
export const [THINK, REFUSE, BREAK_OFF] = ["think first", "refuse this", "break off"];
export const [HI, PICTURE, THOUGHT] = ["Hello from the pond.", "I see 1 picture.", "Deep water."];
export const FROZEN = /the pond is frozen/;
export const PARIS = { city: "Paris", degrees: 5 };
export const CITIES = ["Paris", "Oslo"];

export const user = (content) => ({ role: "user", content });

/** Loads a package from where the driver has installed it. */
export const load = (name) => import(pathToFileURL(createRequire(`${process.env.MODULES}/`).resolve(name)));

/** What the tool of the scenarios answers. */
export const degrees = (city) => `${city}: ${city.length} degrees`;

/** The model repeats the results of its tools. */
export function tellsBoth(text) {
  for (const city of CITIES) assert.ok(text.includes(degrees(city)), text);
}

/** The call fails with this class of error, status and text. */
export async function raises(kind, status, call, words = /./) {
  let error;
  try {
    await call();
  } catch (caught) {
    error = caught;
  }
  assert.ok(error instanceof kind, `${kind.name} was expected, not ${error?.stack}`);
  if (status !== undefined) assert.equal(error.status, status, error.message);
  assert.match(error.message, words);
  return error;
}

/** The tokens; where a service tells none, an estimate stands there. */
export function counted(up, seen, wanted) {
  if (up.counts) assert.deepEqual(seen, wanted);
  else for (const count of seen) assert.ok(count > 0, String(seen));
}

/** All that a stream or a list has. */
export async function all(stream) {
  const out = [];
  for await (const one of await stream) out.push(one);
  return out;
}

/** Where in these files it happened: the SDK's own many frames say nothing more. */
function ownFrames(error) {
  const frames = (error.stack ?? "").split("\n").filter((line) => line.includes(import.meta.dirname));
  return frames.map((line) => `${line}\n`).join("");
}

/** Runs a table of scenarios against every upstream. */
export async function play(table) {
  for (const told of JSON.parse(process.env.POND)) {
    const upstream = { ...told, at: (path = "") => `${told.url}/${told.pool}${path}` };
    for (const [scenario, run] of Object.entries(table)) {
      if (told.only && !told.only.includes(scenario)) continue;
      const began = performance.now();
      let failed = null;
      try {
        await run(upstream);
      } catch (error) {
        failed = `${ownFrames(error)}${error}`;
      }
      const seconds = (performance.now() - began) / 1000;
      console.log(JSON.stringify({ upstream: told.name, scenario, seconds, failed }));
    }
  }
}
