import { expect, test } from "vitest";

import { UsageError } from "../../src/mls/errors.ts";
import {
  commonAncestor,
  copath,
  directPath,
  fullLeaves,
  isBelow,
  isLeaf,
  leavesBelow,
  left,
  level,
  nodeWidth,
  parent,
  right,
  root,
  sibling,
  toLeaf,
  toNode,
} from "../../src/mls/tree_math.ts";

const LEAVES = 16;
const NODES = Array.from({ length: nodeWidth(LEAVES) }, (_, node) => node);

test("leaves and nodes are counted apart", () => {
  expect([toNode(5), toLeaf(10), isLeaf(10), isLeaf(11)]).toEqual([10, 5, true, false]);
  expect(() => toLeaf(11)).toThrow(UsageError);
  expect([0, 1, 2, 3, 5, 65536].map(fullLeaves)).toEqual([1, 1, 2, 4, 8, 65536]);
  expect([0, 1, 8].map(nodeWidth)).toEqual([0, 1, 15]);
});

test("children and parents agree", () => {
  for (const node of NODES.filter((each) => !isLeaf(each))) {
    expect([parent(left(node), LEAVES), parent(right(node), LEAVES)]).toEqual([node, node]);
    expect(sibling(left(node), LEAVES)).toBe(right(node));
    expect(level(left(node))).toBe(level(node) - 1);
  }
  expect(() => left(2)).toThrow(UsageError);
  expect(() => right(2)).toThrow(UsageError);
  expect(() => parent(root(LEAVES), LEAVES)).toThrow(UsageError);
});

test("a path leads to the root, its copath beside it", () => {
  expect(directPath(4, 8)).toEqual([5, 3, 7]);
  expect(copath(4, 8)).toEqual([6, 1, 11]);
  expect([directPath(7, 8), copath(7, 8)]).toEqual([[], []]);
});

test("what is below a node is what has it above", () => {
  for (const node of NODES) {
    const under = NODES.filter((each) => isBelow(each, node));
    const expected = NODES.filter((each) => [each, ...directPath(each, LEAVES)].includes(node));
    expect(under).toEqual(expected);
    const leaves = under.filter(isLeaf).map(toLeaf);
    const { start, stop } = leavesBelow(node);
    expect([start, stop - start]).toEqual([leaves[0], leaves.length]);
  }
});

test("the common ancestor is the lowest that is above both", () => {
  for (const one of NODES) {
    for (const other of NODES) {
      const lowest = [one, ...directPath(one, LEAVES)].find((each) => isBelow(other, each));
      expect(commonAncestor(one, other)).toBe(lowest);
    }
  }
});
