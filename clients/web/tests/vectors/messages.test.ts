/** Known answers of message structures, framing and transcripts (RFC 9420 §6, §8.2, §12). */

import { expect, test } from "vitest";

import { type Bytes, EMPTY, ascii, toHex } from "../../src/mls/bytes.ts";
import {
  type Codec,
  decode,
  encode,
  opaque,
  struct,
  uint16,
  uint32,
} from "../../src/mls/codec/index.ts";
import { Secret } from "../../src/mls/crypto/secret.ts";
import { type CipherSuite, MLS10, cipherSuite } from "../../src/mls/crypto/suites.ts";
import { Extensions } from "../../src/mls/extensions.ts";
import {
  type AuthenticatedContent,
  CONTENT_APPLICATION,
  CONTENT_COMMIT,
  CONTENT_PROPOSAL,
  Content,
  type FramedContent,
  SENDER_MEMBER,
  WIRE_PRIVATE_MESSAGE,
  WIRE_PUBLIC_MESSAGE,
  type WireFormat,
  decodeAuthenticatedContent,
  encodeAuthenticatedContent,
  framedContentTbs,
  signContent,
  verifyContent,
} from "../../src/mls/framing/content.ts";
import { unwrap, wrap } from "../../src/mls/framing/message.ts";
import { openContent, openSenderData, seal } from "../../src/mls/framing/private.ts";
import { membershipTag, verifyMembershipTag } from "../../src/mls/framing/public.ts";
import { KeyPackage } from "../../src/mls/key_package.ts";
import { Commit } from "../../src/mls/messages/commit.ts";
import { Proposal } from "../../src/mls/messages/proposals.ts";
import { GroupSecrets } from "../../src/mls/messages/welcome.ts";
import type { GroupContext } from "../../src/mls/schedule/context.ts";
import { PreSharedKeyID } from "../../src/mls/schedule/key_names.ts";
import {
  RATCHET_APPLICATION,
  RATCHET_HANDSHAKE,
  nextKey,
  secretTreeOf,
  takeKey,
} from "../../src/mls/schedule/secret_tree.ts";
import {
  confirmedTranscriptHash,
  interimTranscriptHash,
} from "../../src/mls/schedule/transcript.ts";
import { LeafNode } from "../../src/mls/tree/nodes.ts";
import { RatchetTree } from "../../src/mls/tree/ratchet_tree.ts";
import { bytes } from "../support/bytes.ts";
import { CRYPTO } from "../support/suite.ts";
import { mls, mlsOf } from "../support/vectors.ts";

const SUITES = [1, 3] as const;

type Hex = string;

// The working group's file holds proposals without their type.
const BODIES = {
  add_proposal: struct({ key_package: KeyPackage }),
  update_proposal: struct({ leaf_node: LeafNode }),
  remove_proposal: struct({ removed: uint32 }),
  pre_shared_key_proposal: struct({ psk: PreSharedKeyID }),
  re_init_proposal: struct({
    group_id: opaque,
    version: uint16,
    cipher_suite: uint16,
    extensions: Extensions,
  }),
  external_init_proposal: struct({ kem_output: opaque }),
  group_context_extensions_proposal: struct({ extensions: Extensions }),
  commit: Commit,
  group_secrets: GroupSecrets,
} as const;
const ENVELOPES = [
  "mls_welcome",
  "mls_group_info",
  "mls_key_package",
  "public_message_application",
  "public_message_proposal",
  "public_message_commit",
  "private_message",
] as const;

type Messages = Record<keyof typeof BODIES | (typeof ENVELOPES)[number] | "ratchet_tree", Hex>;

test("messages are read and written back", (context) => {
  for (const each of mls<Messages>(context, "messages")) {
    for (const [name, codec] of Object.entries(BODIES)) {
      const data = each[name as keyof typeof BODIES];
      expect(writtenBack(codec as Codec<unknown>, data)).toBe(data);
    }
    for (const name of ENVELOPES) expect(toHex(wrap(unwrap(bytes(each[name]))))).toBe(each[name]);
    const tree = each.ratchet_tree;
    expect(toHex(RatchetTree.decode(bytes(tree)).encode())).toBe(tree);
  }
});

function writtenBack(codec: Codec<unknown>, data: Hex): Hex {
  return toHex(encode(codec, decode(codec, bytes(data))));
}

interface Transcript {
  readonly cipher_suite: number;
  readonly confirmation_key: Hex;
  readonly authenticated_content: Hex;
  readonly interim_transcript_hash_before: Hex;
  readonly confirmed_transcript_hash_after: Hex;
  readonly interim_transcript_hash_after: Hex;
}

test.for(SUITES)("transcript hashes of suite %s", (number, context) => {
  const suite = cipherSuite(number);
  for (const each of mlsOf<Transcript>(context, "transcript-hashes", number)) {
    const message = decodeAuthenticatedContent(bytes(each.authenticated_content));
    const untagged = { ...message, auth: { ...message.auth, confirmation_tag: null } };
    const input = encodeAuthenticatedContent(untagged);
    const before = bytes(each.interim_transcript_hash_before);
    const confirmed = confirmedTranscriptHash(CRYPTO, suite, before, input);
    expect(confirmed).toEqual(bytes(each.confirmed_transcript_hash_after));
    const tag = CRYPTO.mac(suite, new Secret(bytes(each.confirmation_key)), confirmed);
    expect(tag).toEqual(message.auth.confirmation_tag);
    const interim = interimTranscriptHash(CRYPTO, suite, confirmed, tag);
    expect(interim).toEqual(bytes(each.interim_transcript_hash_after));
  }
});

interface Protection {
  readonly cipher_suite: number;
  readonly group_id: Hex;
  readonly epoch: number;
  readonly tree_hash: Hex;
  readonly confirmed_transcript_hash: Hex;
  readonly signature_priv: Hex;
  readonly signature_pub: Hex;
  readonly encryption_secret: Hex;
  readonly sender_data_secret: Hex;
  readonly membership_key: Hex;
  readonly proposal: Hex;
  readonly proposal_priv: Hex;
  readonly proposal_pub: Hex;
  readonly commit: Hex;
  readonly commit_priv: Hex;
  readonly commit_pub: Hex;
  readonly application: Hex;
  readonly application_priv: Hex;
}

const secret = (hex: Hex): Secret => new Secret(bytes(hex));

function contextOf(each: Protection): GroupContext {
  return {
    version: MLS10,
    cipher_suite: each.cipher_suite,
    group_id: bytes(each.group_id),
    epoch: BigInt(each.epoch),
    tree_hash: bytes(each.tree_hash),
    confirmed_transcript_hash: bytes(each.confirmed_transcript_hash),
    extensions: [],
  };
}

function bodyOf(name: "proposal" | "commit" | "application", data: Bytes): Content {
  switch (name) {
    case "application":
      return { content_type: CONTENT_APPLICATION, application_data: data };
    case "commit":
      return { content_type: CONTENT_COMMIT, commit: decode(Commit, data) };
    case "proposal":
      return { content_type: CONTENT_PROPOSAL, proposal: decode(Proposal, data) };
  }
}

async function openPublic(suite: CipherSuite, each: Protection, data: Bytes): Promise<Content> {
  const body = unwrap(data);
  if (body.wire_format !== WIRE_PUBLIC_MESSAGE) throw new Error("not a PublicMessage");
  const message = body.public_message;
  const tbs = framedContentTbs(WIRE_PUBLIC_MESSAGE, message.content, contextOf(each));
  verifyMembershipTag(CRYPTO, suite, secret(each.membership_key), tbs, message);
  await verifyContent(CRYPTO, suite, bytes(each.signature_pub), tbs, message.auth.signature);
  return message.content.content;
}

async function openPrivate(suite: CipherSuite, each: Protection, data: Bytes): Promise<Content> {
  const body = unwrap(data);
  if (body.wire_format !== WIRE_PRIVATE_MESSAGE) throw new Error("not a PrivateMessage");
  const message = body.private_message;
  const opener = secret(each.sender_data_secret);
  const sender = await openSenderData(CRYPTO, suite, message, opener);
  const tree = secretTreeOf(secret(each.encryption_secret), 2);
  const application = message.content_type === CONTENT_APPLICATION;
  const kind = application ? RATCHET_APPLICATION : RATCHET_HANDSHAKE;
  const [key] = takeKey(CRYPTO, suite, tree, sender.leaf_index, kind, sender.generation);
  const { content, auth } = await openContent(CRYPTO, suite, message, sender, key);
  const tbs = framedContentTbs(WIRE_PRIVATE_MESSAGE, content, contextOf(each));
  await verifyContent(CRYPTO, suite, bytes(each.signature_pub), tbs, auth.signature);
  return content.content;
}

async function made(
  suite: CipherSuite,
  each: Protection,
  wireFormat: WireFormat,
  body: Content,
): Promise<readonly [AuthenticatedContent, Bytes]> {
  const content: FramedContent = {
    group_id: bytes(each.group_id),
    epoch: BigInt(each.epoch),
    sender: { sender_type: SENDER_MEMBER, leaf_index: 1 },
    authenticated_data: EMPTY,
    content: body,
  };
  const tbs = framedContentTbs(wireFormat, content, contextOf(each));
  const signature = await signContent(CRYPTO, suite, secret(each.signature_priv), tbs);
  const confirmation_tag = body.content_type === CONTENT_COMMIT ? ascii("tag") : null;
  const auth = { signature, confirmation_tag };
  return [{ wire_format: wireFormat, content, auth }, tbs];
}

const KINDS = ["proposal", "commit", "application"] as const;
const EACH = SUITES.flatMap((number) => KINDS.map((name) => [number, name] as const));

test.for(EACH)("message protection of suite %s: %s", async ([number, name], context) => {
  const suite = cipherSuite(number);
  for (const each of mlsOf<Protection>(context, "message-protection", number)) {
    const body = bodyOf(name, bytes(each[name]));
    expect(await openPrivate(suite, each, bytes(each[`${name}_priv`]))).toEqual(body);
    const [message] = await made(suite, each, WIRE_PRIVATE_MESSAGE, body);
    const tree = secretTreeOf(secret(each.encryption_secret), 2);
    const kind = name === "application" ? RATCHET_APPLICATION : RATCHET_HANDSHAKE;
    const [key] = nextKey(CRYPTO, suite, tree, 1, kind);
    const opener = secret(each.sender_data_secret);
    const private_message = await seal(CRYPTO, suite, message, key, opener, 64);
    const sent = wrap({ wire_format: WIRE_PRIVATE_MESSAGE, private_message });
    expect(await openPrivate(suite, each, sent)).toEqual(body);
    if (name === "application") continue;
    expect(await openPublic(suite, each, bytes(each[`${name}_pub`]))).toEqual(body);
    expect(await openPublic(suite, each, await published(suite, each, body))).toEqual(body);
  }
});

async function published(suite: CipherSuite, each: Protection, body: Content): Promise<Bytes> {
  const [{ content, auth }, tbs] = await made(suite, each, WIRE_PUBLIC_MESSAGE, body);
  const membership_tag = membershipTag(CRYPTO, suite, secret(each.membership_key), tbs, auth);
  const public_message = { content, auth, membership_tag };
  return wrap({ wire_format: WIRE_PUBLIC_MESSAGE, public_message });
}
