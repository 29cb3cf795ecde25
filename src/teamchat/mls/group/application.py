"""Application messages and exported secrets (RFC 9420 §8.5, §15)."""

from teamchat.mls.crypto import CryptoProvider, Secret
from teamchat.mls.errors import ValidationError
from teamchat.mls.framing.content import ApplicationContent, WireFormat
from teamchat.mls.framing.private import PADDING_MULTIPLE
from teamchat.mls.group.protect import Framing, protect, sign
from teamchat.mls.group.state import GroupState
from teamchat.mls.rules import Rule
from teamchat.mls.schedule.exporter import export


def encrypt(
    crypto: CryptoProvider,
    state: GroupState,
    data: bytes,
    *,
    authenticated_data: bytes = b"",
    padding: int = PADDING_MULTIPLE,
) -> tuple[GroupState, bytes]:
    """Encrypt application data for the group.

    The state that comes back must be stored before the message is sent: its key must
    never be used again.

    The plaintext is padded to a multiple of `padding` bytes.

    Raises:
        ValidationError: Proposals wait for a commit (§12.4), or the group is over.
        UsageError: `padding` is not 1 to 65,536.
    """
    state.check_active()
    if state.pending_proposals:
        raise ValidationError(Rule.COMMIT_BEFORE_APPLICATION_DATA)
    framing = Framing(wire_format=WireFormat.PRIVATE_MESSAGE, authenticated_data=authenticated_data)
    signed = sign(crypto, state, ApplicationContent(data), framing)
    return protect(crypto, state, signed, None, padding)


def export_secret(
    crypto: CryptoProvider, state: GroupState, label: str, context: bytes, length: int
) -> Secret:
    """Derive a secret that all members of this epoch share (§8.5).

    Raises:
        UsageError: HKDF does not give `length` bytes, or `label` is not ASCII.
    """
    return export(crypto, state.suite, state.secrets.exporter_secret, label, context, length)
