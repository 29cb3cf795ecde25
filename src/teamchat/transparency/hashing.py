"""Leaf and node hashes (RFC 6962 §2.1): the two prefixes keep a leaf from passing for a node."""

from hashlib import sha256
from typing import Final

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = sha256(b"").digest()
"""The root of a tree without leaves."""


def leaf_hash(entry: bytes) -> bytes:
    """Hash one entry of the log."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash a node from its two children."""
    return sha256(b"\x01" + left + right).digest()
