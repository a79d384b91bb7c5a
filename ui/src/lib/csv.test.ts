import { expect, test } from "vitest";
import { csv } from "./csv";

test("what would break a line or become a formula does not", () => {
  const text = csv(
    ["a", "b"],
    [
      ['say "hi"', "one,two"],
      ["=1+1", "line\nbreak"],
      [null, 1.5],
      [true, "-x"],
    ],
  );
  expect(text).toBe('a,b\r\n"say ""hi""","one,two"\r\n\'=1+1,"line\nbreak"\r\n,1.5\r\ntrue,\'-x\r\n');
});
