"""A group as a delivery service sees it: no secrets, no membership (RFC 9420 §5, §12.4).

Follows a group from its PublicMessages alone and refuses what its members would refuse, as
far as that can be told without keys. Two things cannot: the membership_tag of a message
and the confirmation_tag of a commit. A committer's GroupInfo closes part of the second
gap: a member has signed the epoch it leads to (`check_group_info`).

A value: `receive` returns the next one, and on any failure there is none.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Final, Self, cast

from teamchat.mls.codec import Opaque, Struct, Vector, struct, uint8
from teamchat.mls.credentials import AuthenticationService, Credential
from teamchat.mls.crypto import CipherSuite, CryptoProvider, cipher_suite
from teamchat.mls.crypto.labels import equal
from teamchat.mls.crypto.suites import MLS10, SUITES
from teamchat.mls.errors import DecodeError, InternalError, ValidationError
from teamchat.mls.evolution.evolve import Evolved, PublicState, evolve
from teamchat.mls.evolution.leaves import Judge, check_group_extensions
from teamchat.mls.evolution.remember import remember
from teamchat.mls.evolution.resolve import SentProposal
from teamchat.mls.evolution.senders import member_key, sender_key
from teamchat.mls.extensions import (
    GROUP_INFO_TYPES,
    RATCHET_TREE,
    Extension,
    check_extensions,
    find_extension,
)
from teamchat.mls.framing.content import (
    ApplicationContent,
    AuthenticatedContent,
    ProposalContent,
    Sender,
    SenderNewMemberCommit,
    framed_content_tbs,
    verify_content,
)
from teamchat.mls.framing.message import unwrap
from teamchat.mls.framing.public import PublicMessage
from teamchat.mls.messages.commit import Commit
from teamchat.mls.messages.group_info import GroupInfo, verify_group_info
from teamchat.mls.messages.proposals import Proposal
from teamchat.mls.rules import Rule
from teamchat.mls.schedule.context import GroupContext
from teamchat.mls.schedule.transcript import confirmed_transcript_hash, interim_transcript_hash
from teamchat.mls.tree import RatchetTree
from teamchat.mls.tree.validation import LeafRules, check_tree

_FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Member:
    """A member, as the tree shows it."""

    leaf: int
    credential: Credential
    signature_key: bytes


@dataclass(frozen=True, slots=True)
class ProposalSeen:
    """A proposal was made. `next` remembers it until the epoch ends."""

    next: "PublicGroup"
    sender: Sender
    proposal: Proposal
    ref: bytes


@dataclass(frozen=True, slots=True)
class CommitSeen:
    """An epoch ended. `next` is the group in the new one.

    Attributes:
        sender: Who committed; a newcomer, if the commit was external.
        committer: The committer's leaf in the new epoch.
        proposals: What was committed, and by whom each was proposed.
        added: Who is new, an external joiner among them.
        removed: Who is gone, as they were.
        updated: Whose leaf has been replaced, as they are; a path replaces the committer's.
    """

    next: "PublicGroup"
    sender: Sender
    committer: int
    proposals: tuple[SentProposal, ...]
    added: tuple[Member, ...]
    removed: tuple[Member, ...]
    updated: tuple[Member, ...]


@struct
class _Seen(Struct):
    """A pending proposal, as stored."""

    ref: Annotated[bytes, Opaque()]
    sender: Sender
    proposal: Proposal


@struct
class _Record(Struct):
    """A PublicGroup, as stored. The transcript hash and the tree's hashes follow from it."""

    format: Annotated[int, uint8]
    context: GroupContext
    tree: Annotated[bytes, Opaque()]
    confirmation_tag: Annotated[bytes, Opaque()]
    proposals: Annotated[tuple[_Seen, ...], Vector(_Seen)]
    over: Annotated[int, uint8]


@dataclass(frozen=True, slots=True)
class PublicGroup:
    """One epoch of a group, from outside.

    Attributes:
        confirmation_tag: Of the commit that began this epoch; claimed, not verified.
        proposals: The proposals seen in this epoch, by ProposalRef.
        over: Whether a ReInit has ended the group.
    """

    suite: CipherSuite
    context: GroupContext
    tree: RatchetTree
    confirmation_tag: bytes
    proposals: Mapping[bytes, SentProposal] = field(default_factory=dict)
    over: bool = False

    @classmethod
    def from_group_info(
        cls,
        crypto: CryptoProvider,
        group_info: bytes,
        ratchet_tree: bytes,
        *,
        authentication: AuthenticationService,
        now: int,
    ) -> Self:
        """Begin to follow a group from a member's GroupInfo, checking all a joiner would.

        Raises:
            MlsError: GroupInfo or tree are malformed, forged, or break a rule.
        """
        info = _group_info(group_info)
        context = info.group_context
        if context.version != MLS10 or context.cipher_suite not in SUITES:
            raise ValidationError(Rule.GROUP_SUITE_KNOWN)
        suite = cipher_suite(context.cipher_suite)
        tree = RatchetTree.decode(ratchet_tree)
        if tree.tree_hash(crypto, suite) != context.tree_hash:
            raise ValidationError(Rule.TREE_HASH_MATCHES)
        verify_group_info(crypto, suite, info, member_key(tree, info.signer))
        check_group_extensions(context.extensions, Judge(authentication, now))
        rules = LeafRules.of(suite, context.extensions)
        check_tree(crypto, tree, context.group_id, rules, authentication)
        return cls(suite, context, tree, info.confirmation_tag)

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Restore what `encode` returned. Trusted: nothing is verified again.

        Raises:
            MlsError: It is not that.
        """
        record = _Record.decode(data)
        known = record.context.cipher_suite in SUITES
        if record.format != _FORMAT or record.over > 1 or not known:
            raise DecodeError("not a stored group of this format")
        seen = {each.ref: SentProposal(each.sender, each.proposal) for each in record.proposals}
        return cls(
            cipher_suite(record.context.cipher_suite),
            record.context,
            RatchetTree.decode(record.tree),
            record.confirmation_tag,
            seen,
            record.over == 1,
        )

    def encode(self) -> bytes:
        """Return the group as bytes, to be stored."""
        seen = tuple(_Seen(ref, sent.sender, sent.proposal) for ref, sent in self.proposals.items())
        tree = self.tree.encode()
        return _Record(
            _FORMAT, self.context, tree, self.confirmation_tag, seen, int(self.over)
        ).encode()

    @property
    def group_id(self) -> bytes:
        """The group's identifier."""
        return self.context.group_id

    @property
    def epoch(self) -> int:
        """The epoch's number."""
        return self.context.epoch

    @property
    def extensions(self) -> tuple[Extension, ...]:
        """The GroupContext extensions."""
        return self.context.extensions

    def members(self) -> tuple[Member, ...]:
        """Return the members in the order of their leaves."""
        return _members(self.tree, (index for index, _ in self.tree.leaves()))

    def tree_bytes(self) -> bytes:
        """Return the ratchet tree as joiners want it (§12.4.3.3)."""
        return self.tree.encode()

    def receive(
        self,
        crypto: CryptoProvider,
        message: bytes,
        *,
        authentication: AuthenticationService,
        now: int,
    ) -> ProposalSeen | CommitSeen:
        """Check a handshake message of this epoch, and say what it does.

        Args:
            crypto: The primitives.
            message: An MLSMessage that holds a PublicMessage.
            authentication: Who vouches for credentials.
            now: Seconds since 1970.

        Raises:
            MlsError: It is malformed, not for this epoch, not signed by its sender, or
                breaks a rule.
        """
        authenticated = self._verified(crypto, message)
        content = authenticated.content
        judge = Judge(authentication, now)
        match content.content:
            case ProposalContent(proposal):
                ref = authenticated.proposal_ref(crypto, self.suite)
                sent = SentProposal(content.sender, proposal)
                seen = remember(self.proposals, ref, sent, self.tree, judge)
                following = replace(self, proposals=seen)
                return ProposalSeen(following, content.sender, proposal, ref)
            case Commit() as commit:
                return self._committed(crypto, authenticated, commit, judge)
            case ApplicationContent():
                raise InternalError("application data has passed as a handshake message")

    def check_group_info(self, crypto: CryptoProvider, group_info: bytes) -> None:
        """Check that a GroupInfo describes this epoch and that a member signed it (§12.4.3).

        Raises:
            MlsError: It is malformed, of another epoch or another view of this one, or forged.
        """
        info = _group_info(group_info)
        if info.group_context != self.context:
            raise ValidationError(Rule.GROUP_INFO_CURRENT)
        if not equal(info.confirmation_tag, self.confirmation_tag):
            raise ValidationError(Rule.GROUP_INFO_CURRENT, "another confirmation_tag")
        tree = find_extension(info.extensions, RATCHET_TREE)
        if tree is not None and tree != self.tree.encode():
            raise ValidationError(Rule.TREE_HASH_MATCHES)
        verify_group_info(crypto, self.suite, info, member_key(self.tree, info.signer))

    def _verified(self, crypto: CryptoProvider, data: bytes) -> AuthenticatedContent:
        message = unwrap(data)
        if not isinstance(message, PublicMessage):
            raise DecodeError("not a PublicMessage: nothing in it can be followed")
        content = message.content
        if content.group_id != self.group_id:
            raise ValidationError(Rule.GROUP_ID_MATCHES)
        if content.epoch != self.epoch:
            raise ValidationError(Rule.EPOCH_CURRENT, f"{content.epoch}, not {self.epoch}")
        if isinstance(content.content, ApplicationContent):
            raise ValidationError(Rule.APPLICATION_DATA_PRIVATE)
        if self.over:
            raise ValidationError(Rule.GROUP_REINITIALISED)
        authenticated = message.authenticated()
        key = sender_key(content, self.tree, self.extensions)
        tbs = framed_content_tbs(authenticated.wire_format, content, self.context)
        verify_content(crypto, self.suite, key, tbs, authenticated.auth.signature)
        return authenticated

    def _committed(
        self,
        crypto: CryptoProvider,
        message: AuthenticatedContent,
        commit: Commit,
        judge: Judge,
    ) -> CommitSeen:
        sender = message.content.sender
        before = PublicState(self.suite, self.context, self.tree)
        evolved = evolve(crypto, before, sender, commit, self.proposals, judge)
        joined = [index for index, _ in evolved.applied.added]
        updated = list(evolved.applied.updated)
        if isinstance(sender, SenderNewMemberCommit):
            joined.append(evolved.committer)
        elif commit.path is not None:
            updated.append(evolved.committer)
        return CommitSeen(
            self._followed(crypto, message, evolved),
            sender,
            evolved.committer,
            evolved.proposals,
            added=_members(evolved.tree, joined),
            removed=_members(self.tree, evolved.applied.removed),
            updated=_members(evolved.tree, updated),
        )

    def _followed(
        self, crypto: CryptoProvider, message: AuthenticatedContent, evolved: Evolved
    ) -> "PublicGroup":
        """Return the group in the epoch that a commit began (§8.2, §12.4.2)."""
        interim = interim_transcript_hash(
            crypto, self.suite, self.context.confirmed_transcript_hash, self.confirmation_tag
        )
        untagged = replace(message, auth=replace(message.auth, confirmation_tag=None))
        confirmed = confirmed_transcript_hash(crypto, self.suite, interim, untagged.encode())
        context = replace(evolved.context, confirmed_transcript_hash=confirmed)
        tag = cast("bytes", message.auth.confirmation_tag)  # a commit's framing always has one
        over = evolved.applied.reinit is not None
        return PublicGroup(self.suite, context, evolved.tree, tag, over=over)


def _group_info(data: bytes) -> GroupInfo:
    body = unwrap(data)
    if not isinstance(body, GroupInfo):
        raise DecodeError("not a GroupInfo")
    check_extensions(body.extensions, GROUP_INFO_TYPES)
    return body


def _members(tree: RatchetTree, indices: Iterable[int]) -> tuple[Member, ...]:
    found = ((index, tree.leaf(index)) for index in indices)
    return tuple(
        Member(index, leaf.credential, leaf.signature_key)
        for index, leaf in found
        if leaf is not None
    )
