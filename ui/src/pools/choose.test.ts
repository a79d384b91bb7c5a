import { expect, test } from "vitest";
import { fiftyFive, fourteen } from "../../e2e/madeup";
import { choose, wishes } from "./choose";

const address = (query: string) => ({ word: (name: string) => new URLSearchParams(query).get(name) });
const all = fourteen().flatMap((pool) => pool.instances);
const named = (query: string, many = false): string[] =>
  choose(all, wishes(address(query), many), { of: () => undefined }).map((one) => one.name);

test("filters group states by who acts next", () => {
  expect(named("group=resting")).toEqual(["anthropic-side", "relay-frankfurt"]);
  expect(named("group=need-you")).toEqual(["private", "kiro-home"]);
  expect(named("group=nonsense")).toHaveLength(14);
});

test("a search finds names, accounts, models and reasons", () => {
  expect(named("q=bad gateway")).toEqual(["relay-frankfurt"]);
  expect(named("q=gemini-2.5-pro")).toEqual(["fieldlab"]);
  expect(named("q=7Hc2")).toEqual(["openai-team"]);
});

test("trouble floats where there are many", () => {
  expect(named("", true).slice(0, 4)).toEqual(["kiro-home", "private", "relay-frankfurt", "anthropic-side"]);
  expect(named("", false)[0]).toBe("anthropic-work");
  expect(fiftyFive().flatMap((pool) => pool.instances)).toHaveLength(55);
});

test("the scarcest quota comes first", () => {
  expect(named("order=quota")[0]).toMatch(/anthropic-side|fieldlab/);
});
