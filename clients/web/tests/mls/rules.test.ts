import { expect, test } from "vitest";

import { Rule } from "../../src/mls/rules.ts";

// That the rules are those of the Python twin is tests/unit/mls/test_rules_in_typescript.py.
test("every rule knows its name and cannot be changed", () => {
  const rules = Object.entries(Rule);
  expect(rules.length).toBeGreaterThan(0);
  for (const [name, rule] of rules) {
    expect(rule.name).toBe(name);
    expect(Object.isFrozen(rule)).toBe(true);
  }
  expect(Object.isFrozen(Rule)).toBe(true);
});
