// The browser of the tests: Debian's Chromium, or the one that CHROMIUM names.
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";

const PLACES = [
  process.env["CHROMIUM"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Pictures go here; nobody compares them but people. */
export const SHOTS = join(import.meta.dirname, "../../target/ui-shots");

/** Starts the browser. */
export async function launch(): Promise<Browser> {
  const executablePath = PLACES.find((place) => place && existsSync(place));
  if (!executablePath) throw new Error("no Chromium is installed: install it, or name it in CHROMIUM");
  mkdirSync(SHOTS, { recursive: true });
  return chromium.launch({ executablePath, headless: true, args: FLAGS });
}

export interface Look {
  width: 900 | 1400;
  theme: "light" | "dark";
}

export const LOOKS: Look[] = [
  { width: 1400, theme: "light" },
  { width: 1400, theme: "dark" },
  { width: 900, theme: "light" },
  { width: 900, theme: "dark" },
];

/** A page that fails the test where anything goes wrong in it: an error, a refusal of the content security policy. */
export async function page(browser: Browser, look: Look, wrong: string[], language = "en-GB"): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: look.width, height: 900 },
    colorScheme: look.theme,
    locale: language,
    timezoneId: "Europe/Berlin",
    reducedMotion: "reduce",
    permissions: ["clipboard-read", "clipboard-write"],
  });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  page.on("pageerror", (error) => wrong.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") wrong.push(message.text());
  });
  return page;
}
