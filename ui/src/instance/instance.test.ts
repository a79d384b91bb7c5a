import { expect, test } from "vitest";
import { answer, fourteen, NOW, status } from "../../e2e/madeup";
import type { Instance } from "../generated/control";
import { dayOf, readyShare } from "./day";
import { draftOf, fieldsOf } from "./draft";

const reply = answer({ command: "instances" }, status(fourteen()), 0);
const one = (reply as unknown as { value: Instance[] }).value[0]!;

test("only what was changed is sent, and what is emptied is taken out", () => {
  const before = draftOf(one);
  expect(fieldsOf(before, before, one.provider)).toEqual({});
  const draft = {
    ...before,
    name: "side",
    unsupported: "",
    models: "opus = claude-opus-4-5\nbroken line",
    limit: 4,
  };
  expect(fieldsOf(draft, before, one.provider)).toEqual({
    customName: "side",
    notSupportedModels: null,
    modelMap: { opus: "claude-opus-4-5" },
    concurrencyLimit: 4,
  });
});

test("a day is made of its changes; before the first nothing is known", () => {
  const hours = (n: number): string => new Date(NOW - n * 3_600_000).toISOString();
  const instance = { uuid: one.uuid, name: one.name, provider: one.provider };
  const changes = [
    { at: hours(6), instance, state: "ready" as const, reason: null, until: null },
    { at: hours(12), instance, state: "cooling" as const, reason: null, until: null },
  ];
  const spans = dayOf(changes, "ready", NOW);
  expect(spans.map((span) => span.state)).toEqual([null, "cooling", "ready"]);
  expect(readyShare(spans)).toBeCloseTo(0.5);
  expect(dayOf([], "disabled", NOW)).toEqual([{ state: "disabled", from: 0, to: 1 }]);
});
