import { beforeEach, expect, test } from "vitest";
import { w } from "../text/words.svelte";
import { ago, ahead, count, countdown, millis, percent, seconds, short } from "./format";

const NOW = new Date("2026-11-23T09:42:10").getTime();
const at = (ms: number): string => new Date(NOW + ms).toISOString();

beforeEach(() => {
  w.language = "en";
});

test("numbers read as people write them", () => {
  expect([0, 702, 1459].map(count)).toEqual(["0", "702", "1,459"]);
  const some = [702, 38_200, 88_000, 402_000, 4_100_000, 1_330_000, 999_600];
  expect(some.map(short)).toEqual(["702", "38.2 k", "88 k", "402 k", "4.1 M", "1.33 M", "1 M"]);
  expect([percent(71, 100), percent(4, 9_770), percent(0, 0)]).toEqual(["71%", "0.04%", "0%"]);
});

test("durations have the unit that suits them", () => {
  expect([0.44, 210, 9_400, 185_000].map(millis)).toEqual(["0.4 ms", "210 ms", "9.4 s", "3 min 05 s"]);
  expect([65, 940, 2_800].map(seconds)).toEqual(["65 ms", "0.9 s", "2.8 s"]);
  expect([278_000, 5_000, -1].map(countdown)).toEqual(["4:38", "0:05", "0:00"]);
});

test("times are clock times with the distance behind, and dates beyond a day", () => {
  expect(ahead(at(110_000), NOW)).toBe("09:44, in 2 min");
  expect(ahead(at(-1_000), NOW)).toBe("any moment");
  expect(ahead(at(8 * 24 * 3_600_000), NOW)).toMatch(/1 Dec|Dec 1/);
  const past = [ago(at(-5_000), NOW), ago(at(-6 * 60_000), NOW), ago(at(-150 * 60_000), NOW), ago(null, NOW)];
  expect(past).toEqual(["now", "6 min", "07:12", "–"]);
});

test("the other language has its own", () => {
  w.language = "zh";
  expect(ahead(at(110_000), NOW)).toBe("09:44，2 分钟后");
});
