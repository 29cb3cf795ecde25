"""The one place where the engine meets MLS: values of `teamchat.mls` in, values out.

Every leaf of a group is checked by `roster.Certificates`. Nothing is committed but what was asked
for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from teamchat.engine.records import AccountRecord, KeyPackageRecord
from teamchat.engine.roster import AUTHENTICATION, Certificates, identity_in, person_in, person_of
from teamchat.identity.certificate import DeviceCertificate, named
from teamchat.identity.errors import IdentityError
from teamchat.ids import ConversationId, DeviceId, UserId, identifier_bytes
from teamchat.mls.credentials import BasicCredential
from teamchat.mls.crypto import CryptoProvider, Secret
from teamchat.mls.crypto.suites import cipher_suite
from teamchat.mls.delivery import peek
from teamchat.mls.errors import InternalError, MlsError, ValidationError
from teamchat.mls.evolution.resolve import SentProposal
from teamchat.mls.extensions import Extension, find_extension
from teamchat.mls.framing.content import ContentType, SenderMember
from teamchat.mls.framing.message import unwrap
from teamchat.mls.group.application import encrypt as encrypt_application
from teamchat.mls.group.commit import CommitOptions
from teamchat.mls.group.commit import commit as make_commit
from teamchat.mls.group.create import create_group
from teamchat.mls.group.external import join_external as join_by_commit
from teamchat.mls.group.info import group_info
from teamchat.mls.group.join import join as join_group
from teamchat.mls.group.process import process
from teamchat.mls.group.propose import propose_remove
from teamchat.mls.group.received import CommitReceived, Received
from teamchat.mls.group.snapshot import Changes, changes, restore, snapshot
from teamchat.mls.group.state import GroupState, history
from teamchat.mls.key_package import KeyPackage, KeyPackageBundle, create_key_package
from teamchat.mls.messages.group_info import GroupInfo
from teamchat.mls.messages.proposals import Add, GroupContextExtensions, Proposal, Remove
from teamchat.mls.messages.welcome import Welcome
from teamchat.mls.rules import Rule
from teamchat.mls.tree import RatchetTree
from teamchat.mls.tree.nodes import DEFAULT_CAPABILITIES, Capabilities, Lifetime
from teamchat.wire.bodies import ClaimedKeyPackage
from teamchat.wire.room_policy import ROOM_POLICY

__all__ = ["Changes", "GroupState", "changes"]

SUITE: Final = cipher_suite(0xF00D)
"""The cipher suite of groups and key packages: X25519 and ML-KEM-768 together, so that what is
recorded today stays secret if one of the two is broken."""


CLOCK_SKEW_SECONDS: Final = 24 * 3600
"""Keys are valid from a little earlier: other clocks are slow."""
LEAF_SECONDS: Final = 80 * 24 * 3600
"""How long a leaf of a new group, or of an external commit, is valid without new keys."""
NOTHING: Final[Mapping[bytes, SentProposal]] = {}
CAPABILITIES: Final[Capabilities] = replace(
    DEFAULT_CAPABILITIES, extensions=(*DEFAULT_CAPABILITIES.extensions, ROOM_POLICY)
)
"""What our leaves say: a group has a room policy only if every leaf can read one (§13.4)."""
_OPTIONS: Final = CommitOptions(capabilities=CAPABILITIES)


# --- one's own keys -------------------------------------------------------------------------


def make_key_package(
    crypto: CryptoProvider, account: AccountRecord, now: int, lifetime: int, *, last_resort: bool
) -> tuple[str, KeyPackageRecord]:
    """Return a fresh key package of this device, by its reference in hexadecimal."""
    bundle = _fresh_bundle(crypto, account, now, lifetime, last_resort=last_resort)
    key_package = bundle.key_package
    record = KeyPackageRecord(
        key_package.encode(),
        bundle.init_private_key.reveal(),
        bundle.leaf_private_key.reveal(),
        now + lifetime,
        last_resort,
    )
    return key_package.reference(crypto, SUITE).hex(), record


def _fresh_bundle(
    crypto: CryptoProvider, account: AccountRecord, now: int, lifetime: int, *, last_resort: bool
) -> KeyPackageBundle:
    return create_key_package(
        crypto,
        SUITE,
        BasicCredential(account.certificate),
        Secret(account.device_seed),
        lifetime=Lifetime(max(0, now - CLOCK_SKEW_SECONDS), now + lifetime),
        last_resort=last_resort,
        capabilities=CAPABILITIES,
    )


def _stored_bundle(record: KeyPackageRecord, account: AccountRecord) -> KeyPackageBundle:
    return KeyPackageBundle(
        KeyPackage.decode(record.key_package),
        Secret(record.init_private_key),
        Secret(record.leaf_private_key),
        Secret(account.device_seed),
    )


def certified(
    claimed: ClaimedKeyPackage, authentication: Certificates = AUTHENTICATION
) -> DeviceCertificate | None:
    """Return the certificate in a key package, if it is the device's that was asked for."""
    try:
        key_package = KeyPackage.decode(claimed.key_package)
        found = authentication.of(identity_in(key_package.leaf_node.credential))
    except (MlsError, IdentityError):
        return None
    named = (found.user_id, found.device_id) == (claimed.user, claimed.device)
    return found if named else None


def certificate_in(claimed: ClaimedKeyPackage) -> bytes:
    """Return the certificate in a key package, byte for byte; nothing if there is none."""
    try:
        return identity_in(KeyPackage.decode(claimed.key_package).leaf_node.credential)
    except MlsError:
        return b""


# --- a group --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Founded:
    """A group of one, and what the server needs to know of it."""

    group: GroupState
    group_info: bytes
    ratchet_tree: bytes


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit: what is sent, and the snapshot of the group it leads to."""

    body: bytes = field(repr=False)
    group_info: bytes = field(repr=False)
    welcome: bytes = field(repr=False)
    parts: dict[str, bytes] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Joined:
    """A group joined by a Welcome, who made the Welcome, and for which key package."""

    group: GroupState
    by: UserId
    ref: str


def create(
    crypto: CryptoProvider,
    account: AccountRecord,
    conversation: ConversationId,
    now: int,
    policy: bytes = b"",
    authentication: Certificates = AUTHENTICATION,
) -> Founded:
    """Make a group of one, with a room policy unless it is empty."""
    bundle = _fresh_bundle(crypto, account, now, LEAF_SECONDS, last_resort=False)
    group = create_group(
        crypto,
        group_id=identifier_bytes(conversation),
        suite=SUITE,
        bundle=bundle,
        extensions=_extensions(policy),
        authentication=authentication,
        now=now,
    )
    return Founded(group, group_info(crypto, group), group.tree.encode())


def restored(parts: Mapping[str, bytes]) -> GroupState:
    """Return a group from its stored parts.

    Raises:
        MlsError: They are damaged.
    """
    return restore(parts)


def encrypt(
    crypto: CryptoProvider, group: GroupState, content: bytes, client_id: bytes
) -> tuple[GroupState, bytes]:
    """Encrypt content; the client id is bound to it, so that no server gives it another."""
    return encrypt_application(crypto, group, content, authenticated_data=client_id)


def hear(
    crypto: CryptoProvider,
    group: GroupState,
    body: bytes,
    now: int,
    refused: Mapping[bytes, SentProposal] = NOTHING,
    authentication: Certificates = AUTHENTICATION,
) -> Received:
    """Process a message of the log.

    A commit of others may take up proposals that were `refused` here; it is still theirs to be
    judged.

    Raises:
        UnlistedError: It brings a device that the key directory has to list, and does not.
        MlsError: It is not what it should be; nothing has changed.
    """
    if refused and peek(body).content_type is ContentType.COMMIT:
        group = replace(group, pending_proposals={**refused, **group.pending_proposals})
    return process(crypto, group, body, authentication=authentication, now=now)


def is_departure(group: GroupState, sent: SentProposal) -> bool:
    """Whether a member proposes that a device of their own is removed.

    Nothing else is ever proposed in this product: neither by members nor from outside.
    """
    if not isinstance(sent.sender, SenderMember) or not isinstance(sent.proposal, Remove):
        return False
    by, gone = group.roster.get(sent.sender.leaf_index), group.roster.get(sent.proposal.removed)
    return by is not None and gone is not None and person_of(by) == person_of(gone)


def unasked(heard: CommitReceived) -> frozenset[UserId]:
    """Return whom a commit adds without its committer being the one who asked for them."""
    committer = SenderMember(heard.committer.leaf)
    return frozenset(
        person_in(sent.proposal.key_package.leaf_node.credential)
        for sent in heard.proposals
        if isinstance(sent.proposal, Add) and sent.sender != committer
    )


def commit(
    crypto: CryptoProvider,
    group: GroupState,
    now: int,
    *,
    add: Sequence[bytes] = (),
    remove: Sequence[int] = (),
    policy: bytes | None = None,
    authentication: Certificates = AUTHENTICATION,
) -> Commit:
    """Make a commit of the departures that are pending, these additions and removals.

    With `policy`, it also gives the group another room policy.

    Whatever else others have proposed, it does these things and no other. Nor is anybody left
    out who has proposed to leave: the server would not take such a commit.

    Raises:
        MlsError: It cannot be made.
    """
    proposals: tuple[Proposal, ...] = (
        *(Remove(index) for index in remove),
        *(Add(KeyPackage.decode(data)) for data in add),
        *(() if policy is None else (GroupContextExtensions(_extensions(policy)),)),
    )
    pending = {
        ref: sent for ref, sent in group.pending_proposals.items() if is_departure(group, sent)
    }
    known = replace(group, pending_proposals=pending)
    made = make_commit(
        crypto,
        known,
        proposals=proposals,
        authentication=authentication,
        now=now,
        options=_OPTIONS,
    )
    if made.next.context.extensions != (
        group.context.extensions if policy is None else _extensions(policy)
    ):
        raise InternalError("a commit would change what the conversation allows")
    _check_does_only(group, made.next, proposals, [sent.proposal for sent in pending.values()])
    return Commit(made.message, made.group_info, made.welcome or b"", snapshot(made.next))


def _check_does_only(
    before: GroupState, after: GroupState, asked: Sequence[Proposal], taken_up: Sequence[Proposal]
) -> None:
    """Insist that a commit of ours brings exactly whom it is to bring, and takes nobody else."""
    old, new = {*before.members()}, {*after.members()}
    leaves = [each.key_package.leaf_node for each in asked if isinstance(each, Add)]
    wanted = {(leaf.signature_key, leaf.credential) for leaf in leaves}
    must_go = {each.removed for each in asked if isinstance(each, Remove)}
    may_go = must_go | {each.removed for each in taken_up if isinstance(each, Remove)}
    came = {(member.signature_key, member.credential) for member in new - old}
    gone = {member.leaf for member in old - new}
    if came != wanted or not must_go <= gone <= may_go:
        raise InternalError("a commit would do what nobody asked for")


def adopted(after: GroupState, latest: GroupState, now: int) -> GroupState:
    """Return the group that a commit of ours has led to, with the epochs before it.

    They come from `latest`, the epoch it ended: message keys used since must not come back.
    """
    return replace(after, past=history(latest, now))


def propose_removal(
    crypto: CryptoProvider, group: GroupState, index: int
) -> tuple[GroupState, bytes]:
    """Propose to remove a leaf."""
    made = propose_remove(crypto, group, index)
    return made.state, made.message


def removals(group: GroupState) -> list[tuple[int, int]]:
    """Return who has proposed to remove which of their own devices in this epoch, by leaf."""
    return [
        (sent.sender.leaf_index, sent.proposal.removed)
        for sent in group.pending_proposals.values()
        if is_departure(group, sent)
        and isinstance(sent.proposal, Remove)
        and isinstance(sent.sender, SenderMember)
    ]


def join(
    crypto: CryptoProvider,
    conversation: ConversationId,
    welcome: bytes,
    ratchet_tree: bytes,
    key_packages: Mapping[str, KeyPackageRecord],
    account: AccountRecord,
    now: int,
    authentication: Certificates = AUTHENTICATION,
) -> Joined:
    """Join by a Welcome.

    Raises:
        UnlistedError: It holds a device that the key directory has to list, and does not.
        MlsError: It is for no key package of ours, or for another group, or unsound.
    """
    message = unwrap(welcome)
    if not isinstance(message, Welcome):
        raise ValidationError(Rule.WELCOME_FOR_US, "not a Welcome")
    refs = {secrets.new_member.hex() for secrets in message.secrets}
    ref = next((ref for ref in key_packages if ref in refs), None)
    if ref is None:
        raise ValidationError(Rule.WELCOME_FOR_US)
    bundles = {bytes.fromhex(ref): _stored_bundle(key_packages[ref], account)}
    group = join_group(
        crypto, welcome, bundles, ratchet_tree=ratchet_tree, authentication=authentication, now=now
    )
    if group.group_id != identifier_bytes(conversation):
        raise ValidationError(Rule.GROUP_ID_MATCHES, "a Welcome to another conversation")
    by = next(
        (person_of(member) for member in group.members() if member.leaf == group.welcomed_by),
        UserId(""),
    )
    return Joined(group, by, ref)


def join_external(
    crypto: CryptoProvider,
    account: AccountRecord,
    conversation: ConversationId,
    info: bytes,
    ratchet_tree: bytes,
    now: int,
    authentication: Certificates = AUTHENTICATION,
) -> Commit:
    """Join by an external commit; an older leaf of this device is replaced.

    Raises:
        UnlistedError: It holds a device that the key directory has to list, and does not.
        MlsError: The group is unsound, or is another one.
    """
    made = join_by_commit(
        crypto,
        info,
        _fresh_bundle(crypto, account, now, LEAF_SECONDS, last_resort=False),
        ratchet_tree=ratchet_tree,
        resync=_leaf_of_device(ratchet_tree, account.device),
        authentication=authentication,
        now=now,
    )
    if made.next.group_id != identifier_bytes(conversation):
        raise ValidationError(Rule.GROUP_ID_MATCHES, "the GroupInfo of another conversation")
    return Commit(made.message, made.group_info, b"", snapshot(made.next))


def is_of(group: GroupState, info: bytes) -> bool:
    """Say whether a GroupInfo is of this very epoch of this very group."""
    try:
        message = unwrap(info)
    except MlsError:
        return False
    return isinstance(message, GroupInfo) and message.group_context == group.context


def _leaf_of_device(ratchet_tree: bytes, device: DeviceId) -> int | None:
    """Return where a device is in a tree, if it is."""
    for index, leaf in RatchetTree.decode(ratchet_tree).leaves():
        try:
            if named(identity_in(leaf.credential)) == device:
                return index
        except IdentityError:
            continue
    return None


def epoch_of(body: bytes) -> int | None:
    """Return the epoch a message says it is of; None if it is no message."""
    try:
        return peek(body).epoch
    except MlsError:
        return None


# --- what it allows -------------------------------------------------------------------------


def policy_in(group: GroupState) -> bytes:
    """Return the data of the room policy of a group; nothing if it has none."""
    return find_extension(group.context.extensions, ROOM_POLICY) or b""


def all_read_policies(group: GroupState) -> bool:
    """Whether every device of a group can read a room policy."""
    return all(ROOM_POLICY in leaf.capabilities.extensions for _, leaf in group.tree.leaves())


def _extensions(policy: bytes) -> tuple[Extension, ...]:
    return (Extension(ROOM_POLICY, policy),) if policy else ()
