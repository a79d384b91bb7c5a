// Numbers, durations and times as people read them.
import { w } from "../text/words.svelte";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const formats = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

function numbers(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `n${w.locale}${JSON.stringify(options)}`;
  const known = formats.get(key) ?? new Intl.NumberFormat(w.locale, options);
  formats.set(key, known);
  return known as Intl.NumberFormat;
}

function dates(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `d${w.locale}${JSON.stringify(options)}`;
  const known = formats.get(key) ?? new Intl.DateTimeFormat(w.locale, options);
  formats.set(key, known);
  return known as Intl.DateTimeFormat;
}

/** 1,459 */
export const count = (n: number): string => numbers({ maximumFractionDigits: 0 }).format(n);

/** 702 · 38.2 k · 4.1 M */
export function short(n: number): string {
  const three = numbers({ maximumSignificantDigits: 3 });
  if (n < 1_000) return count(n);
  if (n < 999_500) return `${three.format(n / 1_000)} k`;
  if (n < 999_500_000) return `${three.format(n / 1_000_000)} M`;
  return `${three.format(n / 1_000_000_000)} G`;
}

/** 71%; a share that is not nothing is never shown as nothing. */
export function percent(part: number, whole: number): string {
  const share = whole > 0 ? part / whole : 0;
  const digits = share > 0 && share < 0.01 ? 2 : 0;
  return numbers({ style: "percent", maximumFractionDigits: digits }).format(share);
}

/** 0.4 ms · 210 ms · 9.4 s · 3 min 05 s */
export function millis(ms: number): string {
  if (ms < 10) return `${numbers({ maximumFractionDigits: 1 }).format(ms)} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 100_000)
    return `${numbers({ minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(ms / 1_000)} s`;
  const whole = Math.round(ms / 1_000);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}

/** The same where seconds are what matters: 0.9 s. */
export function seconds(ms: number): string {
  return ms >= 100 && ms < 1_000
    ? `${numbers({ minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(ms / 1_000)} s`
    : millis(ms);
}

const sameDay = (a: Date, b: Date): boolean => a.toDateString() === b.toDateString();

/** 09:44 */
export const clockTime = (at: string | number | Date): string =>
  dates({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(at));

/** 09:41:48 */
export const clockSeconds = (at: string | number | Date): string =>
  dates({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }).format(new Date(at));

/** 18 Jun */
export const day = (at: string | number | Date): string =>
  dates({ day: "numeric", month: "short" }).format(new Date(at));

/** Fri 20 */
export const weekday = (at: string | number | Date): string =>
  dates({ weekday: "short", day: "numeric" }).format(new Date(at));

/** Fri */
export const weekdayOnly = (at: string | number | Date): string =>
  dates({ weekday: "short" }).format(new Date(at));

/** 09:44 today, else 18 Jun. */
export function moment(at: string | number | Date, now: number): string {
  const when = new Date(at);
  return sameDay(when, new Date(now)) ? clockTime(when) : day(when);
}

/** How far away: 40 s · 4 min · 3 h · 2 d. */
export function distance(ms: number): string {
  const far = Math.abs(ms);
  if (far < MINUTE) return w.t.time.seconds(Math.max(1, Math.round(far / 1_000)));
  if (far < 90 * MINUTE) return w.t.time.minutes(Math.round(far / MINUTE));
  if (far < 36 * HOUR) return w.t.time.hours(Math.round(far / HOUR));
  return w.t.time.days(Math.round(far / DAY));
}

/** 09:44, in 2 min */
export function ahead(at: string, now: number): string {
  const left = Date.parse(at) - now;
  if (left >= DAY) return day(at);
  return left <= 0 ? w.t.time.anyMoment : w.t.time.ahead(clockTime(at), distance(left));
}

/** now · 6 min · 07:12 · 18 Jun */
export function ago(at: string | null, now: number): string {
  if (!at) return "–";
  const past = now - Date.parse(at);
  if (past < MINUTE) return w.t.time.now;
  return past < HOUR ? distance(past) : moment(at, now);
}

/** As a sentence: it begins large and ends with a full stop. */
export function sentence(text: string): string {
  const said = text.trim();
  const ended = /[.!?…。！？]$/.test(said)
    ? said
    : `${said}${w.language === "zh" && /[\u3000-\u9fff]$/.test(said) ? "。" : "."}`;
  return ended.charAt(0).toUpperCase() + ended.slice(1);
}

/** 4:38 */
export function countdown(ms: number): string {
  const whole = Math.max(0, Math.ceil(ms / 1_000));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
