// Every page at both widths and in both themes: a picture for people, and no violation of accessibility in any.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launch, LOOKS, page, SHOTS } from "./browser";
import { fiftyFive, fourteen, NOW, status } from "./madeup";
import { type Stage, stage } from "./stage";

let browser: Browser;
let axe: string;
const stages: Record<string, Stage> = {};

beforeAll(async () => {
  browser = await launch();
  axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  stages["fourteen"] = await stage(status(fourteen()));
  stages["many"] = await stage(status(fiftyFive()));
  stages["empty"] = await stage(status([]));
});

afterAll(async () => {
  await browser?.close();
  for (const each of Object.values(stages)) await each.close();
});

interface Scene {
  name: string;
  on: keyof typeof stages;
  path: string;
  act?: (page: Page) => Promise<unknown>;
}

const SCENES: Scene[] = [
  { name: "overview", on: "fourteen", path: "overview" },
  { name: "pools", on: "fourteen", path: "pools" },
  { name: "pools-55", on: "many", path: "pools" },
  {
    name: "instance",
    on: "fourteen",
    path: "pools",
    act: (at) => at.getByRole("link", { name: "anthropic-side" }).click(),
  },
  {
    name: "menu",
    on: "fourteen",
    path: "pools",
    act: (at) => at.getByRole("button", { name: "More for anthropic-side" }).click(),
  },
  {
    name: "add",
    on: "fourteen",
    path: "pools",
    act: (at) => at.getByRole("button", { name: "Add instance" }).click(),
  },
  { name: "activity", on: "fourteen", path: "activity" },
  {
    name: "explained",
    on: "fourteen",
    path: "activity",
    act: (at) =>
      at
        .getByRole("button", { name: /explain the request/ })
        .nth(2)
        .click(),
  },
  { name: "statistics", on: "fourteen", path: "statistics" },
  { name: "statistics-today", on: "fourteen", path: "statistics?range=today" },
  {
    name: "connect",
    on: "fourteen",
    path: "connect?to=codex",
    act: (at) => at.getByRole("button", { name: "Verify" }).click(),
  },
  { name: "settings", on: "fourteen", path: "settings" },
  { name: "empty", on: "empty", path: "overview" },
  { name: "remove", on: "fourteen", path: "pools", act: remove },
  { name: "find", on: "fourteen", path: "pools", act: (at) => at.keyboard.press("Control+k") },
];

async function remove(at: Page): Promise<void> {
  await at.getByRole("button", { name: "More for anthropic-side" }).click();
  await at.getByRole("menuitem", { name: "Remove…" }).click();
}
const only = process.env["SCENES"]?.split(",");

/** What axe finds, in the words of people. */
async function violations(at: Page): Promise<string[]> {
  // The page's own policy lets no foreign script in; the debugger does.
  await at.evaluate(axe);
  return at.evaluate(async () => {
    const { violations } = await (
      globalThis as never as {
        axe: {
          run(
            options: object,
          ): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>;
        };
      }
    ).axe.run({
      resultTypes: ["violations"],
    });
    return violations.flatMap((each) =>
      each.nodes.map((node) => `${each.id}: ${node.html.slice(0, 160)} ${node.failureSummary}`),
    );
  });
}

describe.each(LOOKS)("$width px, $theme", (look) => {
  test.each(SCENES.filter((scene) => !only || only.includes(scene.name)))("$name", async (scene) => {
    const wrong: string[] = [];
    const at = await page(browser, look, wrong);
    await at.clock.setFixedTime(NOW);
    await at.goto(`${stages[scene.on]!.url}/#/${scene.path}`);
    await at.getByRole("heading").first().waitFor();
    await at.waitForLoadState("load");
    await scene.act?.(at);
    await at.waitForTimeout(250);
    await at.screenshot({
      path: join(SHOTS, `${scene.name}-${look.width}-${look.theme}.png`),
      fullPage: true,
    });
    const width = await at.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(await violations(at)).toEqual([]);
    expect(wrong).toEqual([]);
    expect(width, "nothing sticks out to the side").toBeLessThanOrEqual(0);
    await at.context().close();
  });
});
