"""Checks a proof file with nothing of ours: RFC 6962 and C2SP, from the pages, in a few lines.

What is taken from the file is the entry in `extra`, the path and the signed note; what is
trusted is the key of the log alone.
"""

import hashlib
from base64 import b64decode

from nacl.signing import VerifyKey


def checked(proof: str, vkey: str) -> bytes:
    """Return the entry that a proof file proves to be in the log of this key.

    Raises:
        AssertionError: It proves nothing.
        BadSignatureError: The log has not signed it.
    """
    name, key_id, key = vkey.split("+", 2)
    public = b64decode(key)
    assert public[0] == 1, "Ed25519"
    assert hashlib.sha256(name.encode() + b"\n" + public).digest()[:4].hex() == key_id
    head, note = proof.split("\n\n", 1)
    text, signatures = note.split("\n\n", 1)
    (signed,) = (
        b64decode(line.split(" ")[2])
        for line in signatures.splitlines()
        if line.startswith(f"— {name} ")
    )
    assert signed[:4].hex() == key_id
    VerifyKey(public[1:]).verify((text + "\n").encode(), signed[4:])
    origin, size, root = text.split("\n")
    assert origin == name
    version, extra, index, *path = head.split("\n")
    assert version == "c2sp.org/tlog-proof@v1"
    entry = b64decode(extra.removeprefix("extra "))
    hashes = [b64decode(each) for each in path]
    found = _root(entry, int(index.removeprefix("index ")), int(size), hashes)
    assert found == b64decode(root)
    return entry


def _root(entry: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """RFC 9162 §2.1.3.2, word for word."""
    assert index < size
    fn, sn = index, size - 1
    r = hashlib.sha256(b"\x00" + entry).digest()
    for p in path:
        assert sn != 0
        if fn & 1 or fn == sn:
            r = hashlib.sha256(b"\x01" + p + r).digest()
            while not fn & 1 and fn != 0:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = hashlib.sha256(b"\x01" + r + p).digest()
        fn, sn = fn >> 1, sn >> 1
    assert sn == 0
    return r
