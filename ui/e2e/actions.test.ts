// Every action of the window, end to end: a click in a real browser, a real `millpond serve --ui`, an upstream that is told what to do.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { launch, page } from "./browser";
import { Millpond } from "./millpond";
import { type Upstream, upstream } from "./upstream";

let browser: Browser;
let brook: Upstream;
let creek: Upstream;
let pond: Millpond;
let at: Page;
const wrong: string[] = [];

beforeAll(async () => {
  browser = await launch();
  [brook, creek] = [await upstream(), await upstream()];
  pond = await Millpond.start({ QWEN_OAUTH_BASE_URL: brook.url, QWEN_BASE_URL: brook.url });
  at = await page(browser, { width: 1400, theme: "light" }, wrong);
  await at.goto(await pond.wayIn());
  await at.getByRole("heading", { level: 1 }).waitFor();
});

afterAll(async () => {
  await browser?.close();
  await pond?.stop();
  brook?.close();
  creek?.close();
});

// Nothing goes wrong in the page on the way; that a refused command is a refused fetch is meant.
afterEach(() => {
  const heard = wrong.filter((text) => !text.startsWith("Failed to load resource"));
  wrong.length = 0;
  expect(heard).toEqual([]);
});

const nav = (name: string): Promise<void> => at.getByRole("navigation").getByRole("link", { name }).click();
const row = (name: string) => at.getByRole("row").filter({ hasText: name });
const seen = (text: string | RegExp): Promise<void> => at.getByText(text).first().waitFor();
const menu = async (name: string, item: string): Promise<void> => {
  await at.getByRole("button", { name: `More for ${name}`, exact: true }).click();
  await at.getByRole("menuitem", { name: item, exact: true }).click();
};

async function add(name: string, url: string): Promise<void> {
  await nav("Pools");
  await at.getByRole("button", { name: "Add instance" }).click();
  await at.getByLabel("API key").fill("sk-proj-0123456789abcdefXYZ");
  await at.getByText("Looks like a key of OpenAI.").waitFor();
  await at.getByLabel("Base URL").fill(`${url}/v1`);
  await at.getByLabel("Name", { exact: true }).fill(name);
  await at.getByRole("button", { name: "Add and check" }).click();
  await at.getByRole("dialog").getByRole("heading", { name }).waitFor();
  await at
    .getByRole("dialog")
    .getByText(/it works/)
    .waitFor();
  await at.keyboard.press("Escape");
}

test("the first run begins with a key, which is checked at once and never shown", async () => {
  await seen("The pond is empty.");
  await at.getByRole("button", { name: "Paste a key" }).click();
  await at.keyboard.press("Escape");
  await add("brook", brook.url);
  await row("brook").getByText("Ready").waitFor();
  expect(await at.content()).not.toContain("sk-proj-0123456789abcdefXYZ");
  expect(await pond.read("provider_pools.json")).not.toContain("0123456789abcdef");
});

test("v1 a request is listed live, explained, and exported", async () => {
  expect((await pond.chat()).status).toBe(200);
  await nav("Activity");
  const line = at.getByRole("button", { name: /explain the request for brook-1/ }).first();
  await line.click();
  await seen("Served at once.");
  await seen("it is known to serve the model");
  await seen("40 in (16 cached), 7 out");
  const [download] = await Promise.all([
    at.waitForEvent("download"),
    at.getByRole("button", { name: "Export CSV" }).click(),
  ]);
  const csv = await readFile((await download.path()) ?? "", "utf8");
  expect(csv.split("\r\n")[0]).toContain("time,id,client");
  expect(csv).toContain("brook-1");
  // While the list is looked at, what comes appears by itself.
  const before = await at.getByRole("button", { name: /explain the request/ }).count();
  await pond.chat();
  await expect
    .poll(() => at.getByRole("button", { name: /explain the request/ }).count(), { timeout: 10_000 })
    .toBe(before + 1);
});

test("an attempt that fails is served elsewhere, and both stand in the explanation", async () => {
  await add("creek", creek.url);
  brook.chat = 500;
  const answer = await Promise.all([pond.chat(), pond.chat(), pond.chat(), pond.chat()]);
  expect(answer.map((one) => one.status)).toEqual([200, 200, 200, 200]);
  await nav("Activity");
  await at.getByRole("button", { name: /^Served elsewhere/ }).click();
  // A row that shows two attempts: the list before the filter may still be seen for a moment.
  await at.locator(".log tr:has(.tries .st:nth-child(2)) button").first().click();
  await seen(/Served at the second attempt/);
  await seen(/told to say 500/i);
  brook.chat = 200;
});

test("v2 check now shows the verdict of the engine, and a new key mends a dead one", async () => {
  await nav("Pools");
  brook.models = 401;
  await at.getByRole("button", { name: "Check brook now" }).click();
  await row("brook").getByText("Needs login").waitFor();
  // Whoever listens in place of looking hears of it.
  await expect.poll(() => at.locator("#live").textContent()).toBe("brook: Needs login");
  await nav("Overview");
  await seen("Needs you");
  await at.getByRole("button", { name: "New key…" }).click();
  brook.models = 200;
  await at.getByLabel("API key").fill("sk-proj-another-key-1234");
  await at.getByRole("button", { name: "Replace the key" }).click();
  await seen("Nothing needs you.");
  await nav("Pools");
  await row("brook").getByText("Ready").waitFor();
});

test("an edit is saved to the file, and leaving without saving asks", async () => {
  await nav("Pools");
  await at.getByRole("link", { name: "creek" }).click();
  const sheet = at.getByRole("dialog");
  await sheet.getByLabel("Weight").fill("7");
  await at.keyboard.press("Escape");
  await at.getByRole("heading", { name: "Leave without saving?" }).waitFor();
  await at.getByRole("button", { name: "Go on editing" }).click();
  await sheet.getByLabel("Models it does not serve").fill("gpt-4*, o1");
  await sheet.getByRole("button", { name: "Save" }).click();
  await sheet.waitFor({ state: "hidden" });
  const file = await pond.read("provider_pools.json");
  expect(file).toContain('"weight": 7');
  expect(file).toMatch(/"notSupportedModels":\s*\[\s*"gpt-4\*",\s*"o1"\s*\]/);
});

test("order, disable, enable, remove and undo", async () => {
  await nav("Pools");
  await menu("creek", "Move up");
  await expect
    .poll(
      async () =>
        (await pond.read("provider_pools.json")).search("creek") <
        (await pond.read("provider_pools.json")).search("brook"),
    )
    .toBe(true);
  await menu("creek", "Disable");
  await row("creek").getByText("Disabled", { exact: true }).waitFor();
  await row("creek").getByRole("button", { name: "Enable" }).click();
  await row("creek").getByText("Ready").waitFor();
  await menu("creek", "Remove…");
  await seen("You can undo this for 10 seconds.");
  expect(await at.evaluate(() => document.activeElement?.textContent)).toBe("Keep");
  await at.getByRole("button", { name: "Remove", exact: true }).click();
  await row("creek").waitFor({ state: "detached" });
  await at.getByRole("button", { name: "Undo" }).click();
  await row("creek").getByText("Ready").waitFor();
  expect((await pond.chat()).status).toBe(200);
});

test("pause and resume", async () => {
  await at.getByRole("button", { name: "Pause new requests" }).click();
  await seen("Paused: clients get an error that says so.");
  expect((await pond.chat()).status).toBe(503);
  await at.getByRole("button", { name: "Resume serving" }).click();
  await expect.poll(async () => (await pond.chat()).status).toBe(200);
});

test("names can be hidden everywhere, and it survives", async () => {
  await nav("Overview");
  await at.getByRole("button", { name: "Hide names" }).click();
  await expect.poll(() => pond.read("config.json")).toContain("HIDE_NAMES");
  for (const name of ["Overview", "Pools", "Activity", "Statistics"]) {
    await nav(name);
    await at.waitForLoadState("networkidle");
    await expect
      .poll(() => at.locator("main").innerText(), { timeout: 5_000 })
      .not.toMatch(/brook(?!-1)|creek/);
  }
  await at.getByRole("button", { name: "Hide names" }).click();
  await nav("Pools");
  await row("brook").waitFor();
});

test("light and dark", async () => {
  const theme = (): Promise<string | undefined> =>
    at.evaluate(() => document.documentElement.dataset["theme"]);
  await at.getByRole("button", { name: "Switch between light and dark" }).click();
  await expect.poll(theme).toBe("dark");
  await at.getByRole("button", { name: "Switch between light and dark" }).click();
  await expect.poll(theme).toBe("light");
});

test("statistics show and export what was asked", async () => {
  await nav("Statistics");
  await at.getByRole("button", { name: "Today", exact: true }).click();
  await seen(/Today\. \d+ requests/);
  await at.getByRole("button", { name: "Model", exact: true }).click();
  await at.getByRole("link", { name: "brook-1" }).waitFor();
  const [download] = await Promise.all([
    at.waitForEvent("download"),
    at.getByRole("button", { name: "Export CSV" }).click(),
  ]);
  expect(await readFile((await download.path()) ?? "", "utf8")).toMatch(/brook-1/);
});

test("settings are saved as they are changed, and a wrong value is named", async () => {
  await nav("Settings");
  await at.getByLabel("Failures in a row until an instance rests").fill("5");
  await at.keyboard.press("Tab");
  await seen("Saved");
  await expect.poll(() => pond.read("config.json")).toContain('"MAX_ERROR_COUNT": 5');
  await at.getByLabel("Upstream proxy").fill("nonsense");
  await at.keyboard.press("Tab");
  await at.getByRole("alert").waitFor();
  await at.getByLabel("Upstream proxy").fill("");
  await at.keyboard.press("Tab");
  await at.getByRole("button", { name: "Rule" }).first().click();
  await at.getByLabel("For which pool?").selectOption("openai-custom");
  await expect.poll(() => pond.read("config.json")).toContain("providerFallbackChain");
  await at.getByRole("button", { name: /^Do not ask Claude keys/ }).click();
  await seen("Nobody else is asked");
  await at.getByLabel("Reachable from").selectOption("wide");
  await seen("Let other computers ask?");
  await at.getByRole("button", { name: "Stay with this computer" }).click();
  expect(await pond.read("config.json")).not.toContain("0.0.0.0");
  await at.getByLabel("Language").selectOption("zh");
  await at.getByRole("heading", { name: "设置" }).waitFor();
  await at.getByLabel("语言").selectOption("en");
  await at.getByRole("heading", { name: "Settings" }).waitFor();
});

test("connect: the key shows only while Show is on, and one real request proves that it works", async () => {
  await nav("Connect");
  const key = await pond.key();
  expect(await at.content()).not.toContain(key);
  await at.getByRole("button", { name: "Show the key" }).click();
  await seen(key);
  await at.getByRole("button", { name: "Hide the key" }).click();
  await expect.poll(() => at.content()).not.toContain(key);
  await at.getByRole("link", { name: /aider/ }).click();
  await at.getByRole("button", { name: /Copy with the key/ }).click();
  await expect
    .poll(() => at.evaluate(() => navigator.clipboard.readText()))
    .toContain(`openai-api-key: ${key}`);
  expect(await at.content()).not.toContain(key);
  const asked = brook.asked + creek.asked;
  await at.getByRole("button", { name: "Verify" }).click();
  await seen("It works");
  expect(brook.asked + creek.asked).toBe(asked + 1);
  await at.getByRole("link", { name: "Explain" }).click();
  await seen("Served at once.");
});

test("sign in by a code", async () => {
  await nav("Pools");
  await at.getByRole("button", { name: "Add instance" }).click();
  await at.getByRole("button", { name: "Sign in instead…" }).click();
  await at.getByText("Qwen", { exact: true }).click();
  await at.getByRole("button", { name: "Continue" }).click();
  await seen("WQHT-4K7M");
  brook.entered = true;
  await at.getByRole("heading", { name: "Signed in" }).waitFor();
  await at.getByLabel("Name it").fill("reed");
  await at.getByRole("button", { name: "Done" }).click();
  await row("reed").waitFor();
  brook.entered = false;
});

test("a sign-in that is cancelled leaves nothing", async () => {
  await at.getByRole("button", { name: "Add to Qwen sign-ins" }).click();
  await at.getByRole("button", { name: "Continue" }).click();
  await seen("WQHT-4K7M");
  await at.getByRole("button", { name: "Cancel" }).click();
  await at.getByRole("dialog").waitFor({ state: "detached" });
  expect((await pond.run("pool", "list", "--json")).match(/openai-qwen-oauth/g)?.length).toBe(1);
});

test("export, and import into another home", async () => {
  const file = join(pond.home, "out.json");
  await nav("Settings");
  await at.getByRole("button", { name: "Export…" }).click();
  await at.getByLabel("Path of the file").fill(file);
  await at.getByRole("button", { name: "Export", exact: true }).click();
  await seen(/instances were written/);
  await at.getByRole("button", { name: "Done" }).click();
  await at.getByRole("button", { name: "Import…" }).click();
  await at.getByLabel("Path of the file").fill("/nowhere/at/all.json");
  await at.getByRole("button", { name: "Import", exact: true }).click();
  await seen(/all\.json/);
  await at.getByLabel("Path of the file").fill(file);
  await at.getByRole("button", { name: "Import", exact: true }).click();
  await seen("0 instances were added.");
  await seen(/were here before/);
  await at.getByRole("button", { name: "Done" }).click();
});

test("the demo begins and ends with one click", async () => {
  const other = await Millpond.start();
  const second = await page(browser, { width: 1400, theme: "dark" }, wrong);
  try {
    await second.goto(await other.wayIn());
    await second.getByRole("button", { name: "Try the demo" }).click();
    await second.getByText("Ready. 3 of 3 instances can take a request.").waitFor();
    expect((await other.chat("demo-model")).status).toBe(200);
    await second.getByRole("button", { name: "End the demo" }).click();
    await second.getByText("The pond is empty.").waitFor();
  } finally {
    await second.context().close();
    await other.stop();
  }
});

test("all of it by the keyboard alone", async () => {
  await nav("Overview");
  await at.reload();
  await at.getByRole("heading", { level: 1 }).waitFor();
  await at.keyboard.press("Tab");
  expect(await at.evaluate(() => document.activeElement?.textContent)).toBe("Skip to content");
  await at.keyboard.press("Enter");
  expect(await at.evaluate(() => document.activeElement?.id)).toBe("main");
  await at.keyboard.press("Control+k");
  await at.keyboard.type("creek");
  await at.keyboard.press("Enter");
  await at.getByRole("dialog").getByRole("heading", { name: "creek" }).waitFor();
  await at.keyboard.press("Escape");
  await at.getByRole("button", { name: "More for creek", exact: true }).focus();
  await at.keyboard.press("Enter");
  await at.keyboard.press("ArrowDown");
  expect(await at.evaluate(() => document.activeElement?.textContent?.trim())).toBe("Check now");
  await at.keyboard.press("Escape");
  expect(await at.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe("More for creek");
  await nav("Activity");
  await at
    .getByRole("button", { name: /explain the request/ })
    .first()
    .focus();
  await at.keyboard.press("ArrowDown");
  await at.keyboard.press("Enter");
  await at.getByRole("heading", { name: "Request explained" }).waitFor();
  await at.keyboard.press("Escape");
  await at.getByRole("heading", { name: "Request explained" }).waitFor({ state: "detached" });
  const ring = await at.evaluate(
    () => getComputedStyle(document.activeElement ?? document.body).outlineStyle,
  );
  expect(ring).toBe("solid");
});
