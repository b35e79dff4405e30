import { describe, expect, test } from "vitest";
import { renameInExpression, renameInTemplate } from "./identifiers";

const names = new Map([["a", "b"]]);
const renames = { variables: names, steps: names };

describe("expressions", () => {
  test.each([
    ["a + 1", "b + 1"],
    ["a.a['a']", "b.a['a']"],
    ["x.a", "x.a"],
    ["ab + a_ + a1", "ab + a_ + a1"],
    ["errors.a.message", "errors.b.message"],
    ["steps['a'].status", "steps['b'].status"],
    ["x.errors.a", "x.errors.a"],
    ["sorted(a, key=a)", "sorted(b, key=b)"],
    ["f(a=1, c=a)", "f(a=1, c=b)"],
    ["[a for x in a if a == x]", "[b for x in b if b == x]"],
    ["f'{a} of a {x.a}'", "f'{b} of a {x.a}'"],
    ["'a' + a", "'a' + b"],
    ["a  # a stays in comments", "b  # a stays in comments"],
    ['"""a\na""" + a', '"""a\na""" + b'],
    ["1a", "1a"],
    ["", ""],
  ])("%s → %s", (before, after) => {
    expect(renameInExpression(before, renames)).toBe(after);
  });
});

describe("templates", () => {
  test("change only between the braces", () => {
    expect(renameInTemplate("a {{ a }} a {{a.x}} {{ x['a'] }}", renames)).toBe(
      "a {{ b }} a {{b.x}} {{ x['a'] }}",
    );
  });
});
