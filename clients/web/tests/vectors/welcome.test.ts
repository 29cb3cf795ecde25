/** welcome.json of the MLS working group: a Welcome opened, its signature and tag verified. */

import { expect, test } from "vitest";

import { cipherSuite } from "../../src/mls/crypto/suites.ts";
import { WIRE_KEY_PACKAGE, WIRE_WELCOME } from "../../src/mls/framing/content.ts";
import { unwrap } from "../../src/mls/framing/message.ts";
import { findBundle, openGroupInfo, openSecrets } from "../../src/mls/group/welcome.ts";
import { verifyGroupInfo } from "../../src/mls/messages/group_info.ts";
import { confirmationTag, startEpoch } from "../../src/mls/schedule/epoch.ts";
import { pskSecret } from "../../src/mls/schedule/psk.ts";
import { bytes, secret } from "../support/bytes.ts";
import { byReference } from "../support/people.ts";
import { CRYPTO } from "../support/suite.ts";
import { mlsOf } from "../support/vectors.ts";

interface Case {
  readonly cipher_suite: number;
  readonly init_priv: string;
  readonly key_package: string;
  readonly signer_pub: string;
  readonly welcome: string;
}

test.for([1, 3])("Welcomes of suite %i", async (number, context) => {
  const suite = cipherSuite(number);
  for (const given of mlsOf<Case>(context, "welcome", number)) {
    const held = unwrap(bytes(given.key_package));
    const body = unwrap(bytes(given.welcome));
    if (held.wire_format !== WIRE_KEY_PACKAGE) throw new Error("not a KeyPackage");
    if (body.wire_format !== WIRE_WELCOME) throw new Error("not a Welcome");
    const key = secret(given.init_priv);
    const owned = {
      key_package: held.key_package,
      init_private_key: key,
      leaf_private_key: key,
      signature_private_key: key,
    };
    const [bundle, sealed] = findBundle(body.welcome, byReference(owned));
    const secrets = await openSecrets(CRYPTO, suite, body.welcome, bundle, sealed);
    const psk = pskSecret(CRYPTO, suite, []);
    const joiner = secrets.joiner_secret;
    const info = await openGroupInfo(CRYPTO, suite, body.welcome, joiner, psk);
    await verifyGroupInfo(CRYPTO, suite, info, bytes(given.signer_pub));
    const { group_context: described } = info;
    const start = startEpoch(CRYPTO, suite, joiner, psk, described);
    const confirmed = described.confirmed_transcript_hash;
    const tag = confirmationTag(CRYPTO, suite, start.secrets, confirmed);
    expect(tag).toEqual(info.confirmation_tag);
  }
});
