/**
 * What a page runs of the core, as a module script of its own: no inline script, no eval.
 *
 * `browser.test.ts` serves it, and reads `outcome`.
 */

import { ascii, equalBytes, toHex } from "../../src/mls/bytes.ts";
import { havePlatformCurves } from "../../src/mls/crypto/platform_curves.ts";
import { SUITES, cipherSuite, type CipherSuite } from "../../src/mls/crypto/suites.ts";
import { CryptoError } from "../../src/mls/errors.ts";
import {
  adopt,
  commit,
  createGroup,
  encrypt,
  exportSecret,
  join,
  process as receive,
  restore,
  snapshot,
  type GroupState,
} from "../../src/mls/group/index.ts";
import { bytes, secret } from "../support/bytes.ts";
import { CRYPTO, NOW, REGISTRY, add, bundleOf, byReference, person } from "../support/people.ts";
import type { Primitives } from "../support/primitives.ts";

/** What the page has found out. */
export interface Outcome {
  /** What has gone well. */
  readonly done: readonly string[];
  /** Whether Ed25519 and X25519 were WebCrypto's. */
  readonly platform: boolean;
  /** Whether eval was refused: else there was no policy. */
  readonly evalRefused: boolean;
  /** What the policy has stopped, by directive; the eval is one of it. */
  readonly violations: readonly string[];
}

interface Page {
  outcome?: Promise<Outcome>;
  addEventListener(
    type: "securitypolicyviolation",
    listener: (violation: { readonly effectiveDirective: string }) => void,
  ): void;
  fetch(path: string): Promise<{ json(): Promise<unknown> }>;
  eval(code: string): unknown;
}

const page = globalThis as unknown as Page;
const BY = { authentication: REGISTRY, now: NOW } as const;

function check(what: string, holds: boolean): void {
  if (!holds) throw new Error(what);
}

async function say(from: GroupState, to: GroupState, text: string): Promise<void> {
  const [, message] = await encrypt(CRYPTO, from, ascii(text));
  const received = await receive(CRYPTO, to, message, BY);
  const said = received.type === "application" && equalBytes(received.data, ascii(text));
  check(`"${text}" is read`, said);
}

function together(one: GroupState, other: GroupState): void {
  const [ours, theirs] = [one, other].map((state) =>
    exportSecret(CRYPTO, state, "browser", ascii(""), 32),
  );
  check("both are in one epoch", !!ours && !!theirs && ours.equals(theirs));
}

/** Alice founds a group, adds Bob, and both renew their keys. */
async function life(suite: CipherSuite): Promise<string> {
  const [alice, bob] = [await person("alice", suite), await person("bob", suite)];
  const [own, invited] = [await bundleOf(alice), await bundleOf(bob)];
  const start = await createGroup(CRYPTO, { ...BY, groupId: ascii("page"), suite, bundle: own });
  const adding = await commit(CRYPTO, start, { ...BY, proposals: [add(invited)] });
  let hers = adopt(adding);
  const welcome = adding.welcome ?? bytes("");
  const joining = { ...BY, ratchetTree: adding.ratchet_tree };
  let his = await join(CRYPTO, welcome, byReference(invited), joining);
  await say(hers, his, "hello");
  const renewing = await commit(CRYPTO, his, BY);
  const seen = await receive(CRYPTO, hers, renewing.message, BY);
  if (seen.type !== "commit") throw new Error("a commit is no commit");
  [hers, his] = [seen.state, adopt(renewing)];
  together(hers, his);
  await say(his, restore(snapshot(hers)), "hello again");
  return `a group of suite ${suite.id}`;
}

async function signatures(given: Primitives): Promise<string> {
  for (const each of given.ed25519) {
    const [key, message] = [bytes(each.public_key), bytes(each.message)];
    const verdict = await CRYPTO.verify(cipherSuite(1), key, message, bytes(each.signature)).then(
      () => true,
      (error: unknown) => !(error instanceof CryptoError),
    );
    check(`signature: ${each.name}`, verdict === each.accepted);
  }
  return `${given.ed25519.length} signatures`;
}

async function sealed(given: Primitives): Promise<string> {
  for (const each of given.hpke) {
    const suite = cipherSuite(each.cipher_suite);
    const [key, info] = [secret(each.private_key), bytes(each.info)];
    const [output, ciphertext] = [bytes(each.kem_output), bytes(each.ciphertext)];
    const opened = await CRYPTO.hpkeOpen(suite, key, output, info, ciphertext);
    check(`HPKE of suite ${suite.id}`, toHex(opened.reveal()) === each.plaintext);
  }
  return `${given.hpke.length} sealed messages`;
}

function refusesEval(): boolean {
  try {
    page.eval("1");
    return false;
  } catch {
    return true;
  }
}

async function run(): Promise<Outcome> {
  const violations: string[] = [];
  page.addEventListener("securitypolicyviolation", ({ effectiveDirective }) => {
    violations.push(effectiveDirective);
  });
  const evalRefused = refusesEval();
  const given = (await (await page.fetch("/primitives.json")).json()) as Primitives;
  const done = [await signatures(given), await sealed(given)];
  for (const suite of SUITES.values()) done.push(await life(suite));
  return { done, platform: await havePlatformCurves(), evalRefused, violations };
}

page.outcome = run();
