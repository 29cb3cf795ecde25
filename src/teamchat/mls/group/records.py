"""The written form of what a member keeps: private records, versioned, for the vault only.

These hold secrets in the clear. They are for encrypted storage and for nothing else, and
they do not print.
"""

from typing import Annotated, Final

from teamchat.mls.codec import Maybe, Opaque, Select, Struct, Vector, struct, uint8, uint32, uint64
from teamchat.mls.credentials import Credential
from teamchat.mls.crypto import Secret
from teamchat.mls.errors import DecodeError
from teamchat.mls.evolution.resolve import SentProposal
from teamchat.mls.framing.content import Sender
from teamchat.mls.group.state import Member, OwnUpdate, PastEpoch
from teamchat.mls.messages.proposals import Proposal, ReInit
from teamchat.mls.schedule.context import GroupContext
from teamchat.mls.schedule.epoch import EpochSecrets
from teamchat.mls.schedule.secret_tree import LAST_GENERATION, MessageKey, Ratchet, Ratchets, Sealed

VERSION: Final = 1
"""The version of these records."""

_LAST_TIME: Final = (1 << 53) - 1

Hidden = Annotated[bytes, Opaque()]


class SecretRecord(Struct):
    """A record that does not print."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(...)"


@struct
class NodeKeyRecord(SecretRecord):
    """The private key of one node of the tree."""

    node: Annotated[int, uint32]
    private_key: Hidden


@struct
class SecretsRecord(SecretRecord):
    """EpochSecrets."""

    sender_data_secret: Hidden
    exporter_secret: Hidden
    external_secret: Hidden
    confirmation_key: Hidden
    membership_key: Hidden
    resumption_psk: Hidden
    epoch_authenticator: Hidden
    init_secret: Hidden

    @classmethod
    def of(cls, secrets: EpochSecrets) -> "SecretsRecord":
        """Write."""
        return cls(*(getattr(secrets, name).reveal() for name in EpochSecrets.__slots__))

    def secrets(self) -> EpochSecrets:
        """Read."""
        return EpochSecrets(
            **{name: Secret(getattr(self, name)) for name in EpochSecrets.__slots__}
        )


@struct
class GroupRecord(SecretRecord):
    """The part that changes once per epoch."""

    version: Annotated[int, uint8]
    context: GroupContext
    own_leaf: Annotated[int, uint32]
    signature_key: Hidden
    private_keys: Annotated[tuple[NodeKeyRecord, ...], Vector(NodeKeyRecord)]
    secrets: SecretsRecord
    depth: Annotated[int, uint8]
    confirmation_tag: Hidden
    interim_transcript_hash: Hidden
    reinit: Annotated[ReInit | None, Maybe(ReInit)]


@struct
class OwnUpdateRecord(SecretRecord):
    """The keys of an Update of ours."""

    encryption_key: Hidden
    signature_key: Hidden


@struct
class ProposalRecord(SecretRecord):
    """A pending proposal."""

    sender: Sender
    proposal: Proposal
    own: Annotated[OwnUpdateRecord | None, Maybe(OwnUpdateRecord)]

    @classmethod
    def of(cls, sent: SentProposal, own: OwnUpdate | None) -> "ProposalRecord":
        """Write."""
        if own is None:
            return cls(sent.sender, sent.proposal, None)
        keys = OwnUpdateRecord(own.encryption_key.reveal(), own.signature_key.reveal())
        return cls(sent.sender, sent.proposal, keys)

    def sent(self) -> SentProposal:
        """Read the proposal."""
        return SentProposal(self.sender, self.proposal)

    def own_update(self) -> OwnUpdate | None:
        """Read our keys of it."""
        if self.own is None:
            return None
        return OwnUpdate(Secret(self.own.encryption_key), Secret(self.own.signature_key))


@struct
class MemberRecord(Struct):
    """A member of a past epoch."""

    leaf: Annotated[int, uint32]
    credential: Credential
    signature_key: Annotated[bytes, Opaque()]


@struct
class PastRecord(SecretRecord):
    """A past epoch, its message keys apart."""

    context: GroupContext
    members: Annotated[tuple[MemberRecord, ...], Vector(MemberRecord)]
    sender_data_secret: Hidden
    resumption_psk: Hidden
    depth: Annotated[int, uint8]
    ended: Annotated[int, uint64]

    @classmethod
    def of(cls, past: PastEpoch) -> "PastRecord":
        """Write."""
        members = tuple(
            MemberRecord(member.leaf, member.credential, member.signature_key)
            for member in past.roster.values()
        )
        return cls(
            past.context,
            members,
            past.sender_data_secret.reveal(),
            past.resumption_psk.reveal(),
            past.secret_tree.depth,
            past.ended,
        )

    def time(self) -> int:
        """Read when it ended.

        Raises:
            DecodeError: It is a number that JavaScript cannot tell from the next.
        """
        if self.ended > _LAST_TIME:
            raise DecodeError("an epoch that ended at no time")
        return self.ended

    def roster(self) -> dict[int, Member]:
        """Read the members."""
        return {
            member.leaf: Member(member.leaf, member.credential, member.signature_key)
            for member in self.members
        }


@struct
class MessageKeyRecord(SecretRecord):
    """A skipped key."""

    generation: Annotated[int, uint32]
    key: Hidden
    nonce: Hidden


@struct
class RatchetRecord(SecretRecord):
    """One ratchet."""

    secret: Hidden
    generation: Annotated[int, uint64]
    skipped: Annotated[tuple[MessageKeyRecord, ...], Vector(MessageKeyRecord)]

    @classmethod
    def of(cls, ratchet: Ratchet) -> "RatchetRecord":
        """Write."""
        skipped = tuple(
            MessageKeyRecord(key.generation, key.key.reveal(), key.nonce.reveal())
            for key in ratchet.skipped
        )
        return cls(ratchet.secret.reveal(), ratchet.generation, skipped)

    def ratchet(self) -> Ratchet:
        """Read.

        Raises:
            DecodeError: It is beyond its last generation.
        """
        if self.generation > LAST_GENERATION + 1:
            raise DecodeError("a ratchet beyond its last generation")
        skipped = tuple(
            MessageKey(key.generation, Secret(key.key), Secret(key.nonce)) for key in self.skipped
        )
        return Ratchet(Secret(self.secret), self.generation, skipped)


@struct
class SealedRecord(SecretRecord):
    """A subtree of the secret tree, unopened."""

    secret: Hidden


@struct
class RatchetsRecord(SecretRecord):
    """An opened leaf of the secret tree."""

    handshake: RatchetRecord
    application: RatchetRecord


KeysRecord = Annotated[
    SealedRecord | RatchetsRecord, Select(uint8, {1: SealedRecord, 2: RatchetsRecord})
]


def keys_record(node: Sealed | Ratchets) -> SealedRecord | RatchetsRecord:
    """Write an end of the secret tree."""
    match node:
        case Sealed(secret):
            return SealedRecord(secret.reveal())
        case Ratchets(handshake, application):
            return RatchetsRecord(RatchetRecord.of(handshake), RatchetRecord.of(application))


def keys_node(record: SealedRecord | RatchetsRecord) -> Sealed | Ratchets:
    """Read an end of the secret tree."""
    match record:
        case SealedRecord(secret):
            return Sealed(Secret(secret))
        case RatchetsRecord(handshake, application):
            return Ratchets(handshake.ratchet(), application.ratchet())
