/** Our own known answers: Python writes them (TEAMCHAT_WRITE_VECTORS=1), both languages read them. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/* eslint-disable @typescript-eslint/no-unnecessary-type-parameters -- the answers are read as `Cases` */

const DIRECTORY = fileURLToPath(new URL("../../../../tests/vectors/data", import.meta.url));

/**
 * Return what one file holds, `ownVectors<Cases>("cbor")`.
 *
 * `Cases` says what that is; nobody checks it but the tests themselves.
 */
export function ownVectors<Cases>(name: string): Cases {
  return JSON.parse(readFileSync(`${DIRECTORY}/${name}.json`, "utf8")) as Cases;
}
