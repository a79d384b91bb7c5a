// Every page at both widths and in both themes: a picture for people, and no violation of accessibility in any.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launch, LOOKS, page, SHOTS } from "./browser";
import { fiftyFive, fourteen, NOW, status } from "./madeup";
import type { Step } from "../src/generated/control";
import { type Stage, stage } from "./stage";

let browser: Browser;
let axe: string;
const stages: Record<string, Stage> = {};

beforeAll(async () => {
  browser = await launch();
  axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  stages["fourteen"] = await stage(status(fourteen()));
  stages["many"] = await stage(status(fiftyFive()));
  stages["signing"] = await stage(status(fourteen()), 50, (command) =>
    command.command === "begin-sign-in"
      ? {
          reply: "sign-in",
          value: { id: "1b4e28ba-2fa1-11d2-883f-0016d3cca427", service: "kiro", step: signing },
        }
      : null,
  );
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

const later = new Date(NOW + 278_000).toISOString();

/** The faces of the dialog while the engine works. */
const STEPS: Record<string, Step> = {
  open: {
    step: "open",
    address: "https://app.kiro.dev/signin?state=8c1f2a",
    returns_to: "http://127.0.0.1:49153/callback",
    notice: null,
    until: later,
  },
  code: {
    step: "code",
    address: "https://device.sso.us-east-1.amazonaws.com",
    complete: null,
    code: "WQHT-4K7M",
    every: 5,
    until: later,
  },
  done: {
    step: "done",
    account: {
      instance: null,
      name: "build@northgate.dev",
      plan: "Pro, 1,000 credits a month",
      left: "340 of 1,000 credits",
      notes: [],
    },
  },
  ended: {
    step: "failed",
    failure: {
      cause: "not-eligible",
      message: "The sign-in worked, but Google ended this kind of login.",
      words: "This client is no longer supported for Gemini Code Assist for individuals.",
      code: "UNSUPPORTED_CLIENT",
      instead: [
        "a Gemini API key (gemini-custom)",
        "a Google Workspace or Code Assist Standard account, with its project id",
      ],
    },
  },
  busy: {
    step: "failed",
    failure: {
      cause: "busy-port",
      message: "Port 8085 is taken by another program (node, pid 4121).",
      words: null,
      code: null,
      instead: [],
    },
  },
};

async function signIn(at: Page, step: Step): Promise<void> {
  signing = step;
  await at.getByRole("button", { name: "Sign in", exact: true }).first().click();
  await at.getByRole("button", { name: "Continue" }).click();
  await at
    .getByRole("button", { name: /Cancel|Close|Done/ })
    .last()
    .waitFor();
}

let signing: Step = STEPS["open"]!;

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
  {
    name: "sign-in",
    on: "fourteen",
    path: "pools",
    act: (at) => at.getByRole("button", { name: "Sign in", exact: true }).first().click(),
  },
  ...Object.entries(STEPS).map(([name, step]) => ({
    name: `sign-in-${name}`,
    on: "signing" as const,
    path: "pools",
    act: (at: Page) => signIn(at, step),
  })),
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

const CHINESE = [
  "overview",
  "pools",
  "instance",
  "explained",
  "statistics",
  "connect?to=codex",
  "settings",
  "empty",
];

test.each(only && !only.includes("chinese") ? [] : CHINESE)("%s in Chinese", async (name) => {
  const wrong: string[] = [];
  const at = await page(browser, { width: 1400, theme: "light" }, wrong, "zh-CN");
  await at.clock.setFixedTime(NOW);
  const paths: Record<string, string> = { instance: "pools", explained: "activity", empty: "overview" };
  await at.goto(`${stages[name === "empty" ? "empty" : "fourteen"]!.url}/#/${paths[name] ?? name}`);
  await at.getByRole("heading").first().waitFor();
  if (name === "instance") await at.getByRole("link", { name: "anthropic-side" }).click();
  if (name === "explained") await at.getByRole("button", { name: /解释/ }).nth(2).click();
  await at.waitForTimeout(250);
  await at.screenshot({
    path: join(SHOTS, `zh-${name.split("?")[0]}.png`),
    fullPage: !["instance", "explained"].includes(name),
  });
  expect(await at.evaluate(() => document.documentElement.lang)).toBe("zh-Hans");
  expect(await violations(at)).toEqual([]);
  expect(wrong).toEqual([]);
  await at.context().close();
});

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
      fullPage: !scene.path.startsWith("activity") && !(await at.locator("dialog[open]").count()),
    });
    const width = await at.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(await violations(at)).toEqual([]);
    expect(wrong).toEqual([]);
    expect(width, "nothing sticks out to the side").toBeLessThanOrEqual(0);
    await at.context().close();
  });
});
