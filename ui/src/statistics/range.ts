// From when on.
export const RANGES = ["today", "week", "month"] as const;
export type Range = (typeof RANGES)[number];

const DAYS: Record<Range, number> = { today: 1, week: 7, month: 30 };

/** The range that the address names. */
export const rangeOf = (word: string | null): Range => RANGES.find((range) => range === word) ?? "week";

/** When it begins; days count from midnight here, whatever the clocks do between. */
export function begin(range: Range, today: string): string {
  const date = new Date(today);
  date.setDate(date.getDate() - DAYS[range] + 1);
  return date.toISOString();
}

/** The beginning of each day, or of each hour of a day, until now. */
export function starts(range: Range, from: string, now: number): number[] {
  const all: number[] = [];
  const date = new Date(from);
  while (date.getTime() <= now) {
    all.push(date.getTime());
    if (range === "today") date.setHours(date.getHours() + 1);
    else date.setDate(date.getDate() + 1);
  }
  return all;
}

/** What rows say of each of these beginnings: a row belongs to the last one that is not after it. */
export function bucketed<T extends { start: string | null }>(
  rows: T[],
  beginnings: number[],
): Map<number, T> {
  const all = new Map<number, T>();
  for (const row of rows) {
    const at = Date.parse(row.start ?? "");
    const own = beginnings.findLast((start) => start <= at);
    if (own !== undefined) all.set(own, row);
  }
  return all;
}

/** A round number that is not smaller, for the top of a scale: 1, 2, 5, 10, 20, … */
export function roundUp(n: number): number {
  if (n <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(n));
  return ([1, 2, 4, 6, 8, 10].find((step) => step * power >= n) ?? 10) * power;
}
