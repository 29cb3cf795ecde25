"""The invitation link: where the server is, the secret, and what to pin of its key directory.

`https://host/join#<secret>[.<begun>.<size>.<root>.<key>]` (docs/spec/key-directory.md). Whoever
gives the link vouches for the log: a first login cannot be shown another one.
"""

import base64
import binascii
import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from teamchat.client.errors import AccountError
from teamchat.engine.key_log import Promise
from teamchat.transparency import SignatureType, TransparencyError, TreeHead, VerifierKey

_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,14}")
_HASH: Final = re.compile(r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]")


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation link, taken apart."""

    server: str
    secret: str = field(repr=False)
    promise: Promise | None = None
    """What the key directory is to continue; None if the link says nothing of it."""


def read_invitation(link: str) -> Invitation:
    """Take an invitation link apart.

    Raises:
        AccountError: It is no such link, or not all of it.
    """
    try:
        parts = urlsplit(link.strip())
    except ValueError as error:
        raise AccountError("error-invitation-link") from error
    if not parts.netloc or parts.path.rstrip("/") != "/join":
        raise AccountError("error-invitation-link")
    secret, *pin = parts.fragment.split(".")
    _hash(secret)  # 256 random bits are written like the 256 bits of a hash
    promise = _promise(parts.netloc, pin) if pin else None
    return Invitation(f"{parts.scheme}://{parts.netloc}", secret, promise)


def _promise(host: str, pin: list[str]) -> Promise:
    match pin:
        case [begun, size, root, key] if _NUMBER.fullmatch(begun) and _NUMBER.fullmatch(size):
            try:
                origin = f"{host}/v1/keys/{begun}"
                verifier = VerifierKey(origin, SignatureType.ED25519, _hash(key))
                return Promise(verifier, TreeHead(int(size), _hash(root)))
            except TransparencyError as error:
                raise AccountError("error-invitation-incomplete") from error
        case _:
            raise AccountError("error-invitation-incomplete")


def _hash(written: str) -> bytes:
    if not _HASH.fullmatch(written):
        raise AccountError("error-invitation-incomplete")
    try:
        return base64.urlsafe_b64decode(f"{written}=")
    except binascii.Error as error:  # pragma: no cover - the pattern leaves nothing to refuse
        raise AccountError("error-invitation-incomplete") from error
