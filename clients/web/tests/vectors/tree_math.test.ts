/** tree-math.json of the MLS working group: indices of trees of 1 to 512 leaves. */

import { expect, test } from "vitest";

import { UsageError } from "../../src/mls/errors.ts";
import { left, nodeWidth, parent, right, root, sibling } from "../../src/mls/tree_math.ts";
import { mls } from "../support/vectors.ts";

type Answers = readonly (number | null)[];

interface Case {
  readonly n_leaves: number;
  readonly n_nodes: number;
  readonly root: number;
  readonly left: Answers;
  readonly right: Answers;
  readonly parent: Answers;
  readonly sibling: Answers;
}

function ask(question: () => number): number | null {
  try {
    return question();
  } catch (error) {
    if (error instanceof UsageError) return null;
    throw error;
  }
}

test("every index of every tree", (context) => {
  const cases = mls<Case>(context, "tree-math");
  expect(cases.length).toBe(10);
  for (const each of cases) {
    const leaves = each.n_leaves;
    const nodes = Array.from({ length: each.n_nodes }, (_, node) => node);
    expect(nodeWidth(leaves)).toBe(each.n_nodes);
    expect(root(leaves)).toBe(each.root);
    expect(nodes.map((node) => ask(() => left(node)))).toEqual(each.left);
    expect(nodes.map((node) => ask(() => right(node)))).toEqual(each.right);
    expect(nodes.map((node) => ask(() => parent(node, leaves)))).toEqual(each.parent);
    expect(nodes.map((node) => ask(() => sibling(node, leaves)))).toEqual(each.sibling);
  }
});
