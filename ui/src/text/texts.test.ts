import { expect, test } from "vitest";
import { en } from "./en";
import { zh } from "./zh";

type Tree = Record<string, unknown>;

/** Each text by its path. */
function leaves(tree: Tree, path = ""): [string, unknown][] {
  return Object.entries(tree).flatMap(([key, value]): [string, unknown][] =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? leaves(value as Tree, `${path}${key}.`)
      : [[`${path}${key}`, value]],
  );
}

/** The backend's own words, which a language may take over or not. */
const OPTIONAL = /^(activity\.routes|signin\.notes|signin\.insteadOf)\./;
/** A place where nothing stands, since a file is named. */
const EMPTY = new Set(["connect.places.file"]);

test("every text is there in every language", () => {
  const names = (tree: Tree): string[] =>
    leaves(tree)
      .map(([path]) => path)
      .filter((path) => !OPTIONAL.test(path))
      .sort();
  expect(names(zh)).toEqual(names(en));
});

test("no text is empty, and none is left in English", () => {
  for (const [path, value] of leaves(zh)) {
    if (typeof value === "string" && !EMPTY.has(path)) expect(value.trim(), path).not.toBe("");
  }
  const prose = leaves(en).filter(([, value]) => typeof value === "string" && value.split(" ").length > 3);
  const other = new Map(leaves(zh));
  for (const [path, value] of prose) expect(other.get(path), path).not.toBe(value);
});

test("texts say nothing that the house does not say", () => {
  for (const [path, value] of leaves(en)) {
    if (typeof value === "string") expect(value, path).not.toMatch(/!|successfully|please|oops/i);
  }
});
