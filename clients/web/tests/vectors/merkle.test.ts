/** RFC 6962 proofs of transparency-dev/merkle: those that verify, and those that must not. */

import { expect, test, type TestContext } from "vitest";

import { EMPTY, type Bytes } from "../../src/mls/bytes.ts";
import { ProofError } from "../../src/transparency/errors.ts";
import { verifyConsistency, verifyInclusion } from "../../src/transparency/proofs.ts";
import { text } from "../support/vectors.ts";

const CASES = 98;

interface Named {
  readonly name: string;
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
}

/** Whole numbers are given as text, because some are too large for a number. */
interface Inclusion extends Named {
  readonly leafIdx: string;
  readonly treeSize: string;
  readonly leafHash: string;
  readonly root: string;
}

interface Consistency extends Named {
  readonly size1: string;
  readonly size2: string;
  readonly root1: string;
  readonly root2: string;
}

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- read as `Case`
function cases<Case extends Named>(context: TestContext, name: string): readonly Case[] {
  const exact = text(context, `merkle/${name}.json`).replace(/: ([0-9]+)(,?)$/gm, ': "$1"$2');
  return JSON.parse(exact) as readonly Case[];
}

function data(value: string | null): Bytes {
  return value === null ? EMPTY : Uint8Array.from(Buffer.from(value, "base64"));
}

function disagreeing<Case extends Named>(
  found: readonly Case[],
  verify: (each: Case) => void,
): readonly string[] {
  expect(found).toHaveLength(CASES);
  expect(new Set(found.map((each) => each.wantErr))).toEqual(new Set([true, false]));
  return found.filter((each) => refuses(() => { verify(each); }) !== each.wantErr).map((each) => each.name); // prettier-ignore
}

function refuses(act: () => void): boolean {
  try {
    act();
    return false;
  } catch (error) {
    if (error instanceof ProofError) return true;
    throw error;
  }
}

test("every inclusion is accepted or refused as published", (context) => {
  const wrong = disagreeing(cases<Inclusion>(context, "inclusion"), (each) => {
    const [index, size] = [BigInt(each.leafIdx), BigInt(each.treeSize)];
    const proof = (each.proof ?? []).map(data);
    verifyInclusion(data(each.leafHash), index, size, proof, data(each.root));
  });
  expect(wrong).toEqual([]);
});

test("every consistency is accepted or refused as published", (context) => {
  const wrong = disagreeing(cases<Consistency>(context, "consistency"), (each) => {
    const [old, size] = [BigInt(each.size1), BigInt(each.size2)];
    const proof = (each.proof ?? []).map(data);
    verifyConsistency(old, size, proof, data(each.root1), data(each.root2));
  });
  expect(wrong).toEqual([]);
});
