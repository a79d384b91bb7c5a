import { type Component, flushSync, mount, unmount } from "svelte";
import { afterEach, expect, test } from "vitest";
import { fourteen } from "../../e2e/madeup";
import Gauge from "../charts/Gauge.svelte";
import Waterline from "../charts/Waterline.svelte";
import Mark from "./Mark.svelte";
import Quotas from "./Quotas.svelte";

const shown: Record<string, unknown>[] = [];
afterEach(() => shown.splice(0).forEach((one) => void unmount(one)));

function html<P extends Record<string, unknown>>(component: Component<P>, props: P): HTMLElement {
  const target = document.createElement("div");
  shown.push(mount(component, { target, props }));
  flushSync();
  return target;
}

test("a state is a shape and a word, never colour alone", () => {
  const mark = html(Mark, { looks: "needs-login" });
  expect(mark.textContent?.trim()).toBe("Needs login");
  expect(mark.querySelector("svg path")).not.toBeNull();
});

test("a gauge has a column for each instance and reads its sums", () => {
  const gauge = html(Gauge, { instances: fourteen()[0]!.instances });
  expect(gauge.querySelectorAll(".trk")).toHaveLength(4);
  expect(gauge.querySelector("svg")?.getAttribute("aria-label")).toBe("2 ready, 1 cooling, 1 unhealthy");
});

test("a quota that nobody reports is said to be unknown, and an empty one is no full bar", () => {
  const [claude] = fourteen();
  expect(html(Quotas, { one: claude!.instances[3]! }).textContent).toContain("Not reported");
  const out = html(Quotas, { one: claude!.instances[2]! });
  expect(out.querySelector(".q.out svg > rect")?.getAttribute("width")).toBe("0");
});

test("below the waterline stands what failed: with a cross where the client saw it", () => {
  const minute = { at: "2026-11-23T09:00:00Z", requests: 3, served: 2, absorbed: 1, errors: 1 };
  const quiet = { ...minute, at: "2026-11-23T09:01:00Z", absorbed: 0, errors: 0 };
  const chart = html(Waterline, { minutes: [minute, quiet] });
  expect(chart.querySelectorAll('rect[fill="var(--try)"]')).toHaveLength(1);
  expect(chart.querySelectorAll('path[stroke="var(--surface)"]')).toHaveLength(1);
});

test("no markup has a style attribute or foreign HTML, which the content policy would refuse", () => {
  const sources = import.meta.glob<string>("../**/*.svelte", {
    query: "?raw",
    import: "default",
    eager: true,
  });
  expect(Object.keys(sources).length).toBeGreaterThan(50);
  for (const [path, source] of Object.entries(sources)) expect(source, path).not.toMatch(/\sstyle=|\{@html/);
});
