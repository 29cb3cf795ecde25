"""What the server signs for push services, checked by WebCrypto."""

import json
import os
import shutil
import subprocess

import pytest

from teamchat.server.services.vapid import Vapid, new_secret

CHECK = """
const [signed, signature, key] = JSON.parse(process.argv[1]);
const bytes = (text) => Buffer.from(text, "base64url");
const how = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const check = async () => {
  const imported = await crypto.subtle.importKey("raw", bytes(key), how, false, ["verify"]);
  return crypto.subtle.verify(how, imported, bytes(signature), Buffer.from(signed));
};
check().then((right) => console.log(right));
"""


@pytest.mark.parametrize("change", [False, True])
def test_a_token_of_ours_is_one_to_others_and_a_changed_one_is_none(change: bool) -> None:  # noqa: FBT001
    node = shutil.which("node")
    if node is None:
        assert not os.environ.get("CI")
        pytest.skip("no node: nobody else checks the signature")
    vapid = Vapid(new_secret(), contact="mailto:it@chat.example")
    authorization = vapid.authorization("https://push.example", now=1_790_000_000)
    token, _, key = authorization.removeprefix("vapid t=").partition(", k=")
    signed, _, signature = token.rpartition(".")
    asked = json.dumps([f"{signed}x" if change else signed, signature, key])
    script = f"const {{ webcrypto: crypto }} = require('node:crypto');{CHECK}"
    done = subprocess.run(
        [node, "-e", script, asked], capture_output=True, check=True, text=True, timeout=60
    )
    assert done.stdout.strip() == ("false" if change else "true")
