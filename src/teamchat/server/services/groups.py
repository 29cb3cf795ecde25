"""The server's one door to MLS: it follows groups from outside and holds none of their keys.

Everything here is checked without secrets: signatures, tree, rules, certificates. What comes
out is in the server's own terms (`group_changes`). The work is done in a thread of its own,
because a large group costs some tens of milliseconds.
"""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final, TypeVar

from teamchat.ids import DeviceId
from teamchat.mls import delivery
from teamchat.mls.credentials import BasicCredential
from teamchat.mls.crypto import CryptoProvider, cipher_suite
from teamchat.mls.errors import MlsError
from teamchat.mls.evolution.resolve import SentProposal
from teamchat.mls.framing.content import (
    ContentType,
    SenderMember,
    SenderNewMemberCommit,
    WireFormat,
)
from teamchat.mls.framing.message import unwrap, wrap
from teamchat.mls.key_package import KeyPackage, validate_key_package
from teamchat.mls.messages import proposals
from teamchat.mls.messages.welcome import Welcome
from teamchat.mls.public_group import CommitSeen, ProposalSeen, PublicGroup
from teamchat.mls.rules import Rule
from teamchat.mls.tree.nodes import KeyPackageSource
from teamchat.mls.tree.validation import LeafRules
from teamchat.server.services import group_profile
from teamchat.server.services.certified import Certified, leaf_of, outline
from teamchat.server.services.group_changes import (
    Add,
    Change,
    GroupError,
    Header,
    Leaf,
    Outline,
    Reconfigure,
    Remove,
    Renew,
    Unwanted,
    Wish,
)
from teamchat.server.storage.queries.key_packages import Stocked
from teamchat.wire.frames import Kind, Send

T = TypeVar("T")

GROUPS: Final = 64
"""How many groups are kept as values, so that they need not be read again."""

_KINDS: Final = {
    (WireFormat.PRIVATE_MESSAGE, ContentType.APPLICATION): Kind.APPLICATION,
    (WireFormat.PUBLIC_MESSAGE, ContentType.PROPOSAL): Kind.PROPOSAL,
    (WireFormat.PUBLIC_MESSAGE, ContentType.COMMIT): Kind.COMMIT,
}


class Groups:
    """Reads and follows groups."""

    def __init__(self, crypto: CryptoProvider, suites: Collection[int]) -> None:
        self._crypto = crypto
        self._suites = frozenset(suites)
        self._authentication = Certified()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="groups")
        self._known: OrderedDict[bytes, PublicGroup] = OrderedDict()

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown()

    def peek(self, body: bytes) -> Header:
        """Return what can be read of any message.

        Raises:
            GroupError: It is no message that belongs into a log.
        """
        try:
            header = delivery.peek(body)
        except MlsError as error:
            raise GroupError("not an MLS message for a group") from error
        kind = _KINDS.get((header.wire_format, header.content_type))
        if kind is None:
            raise GroupError("application data is private, handshakes are public")
        return Header(kind, header.group_id, header.epoch)

    async def open(
        self, group_info: bytes, ratchet_tree: bytes, *, now: int
    ) -> tuple[bytes, int, Sequence[Leaf], bytes]:
        """Return group id, epoch, devices and stored form of a group.

        Raises:
            GroupError: It is not a valid group, or one of a suite that is not offered.
        """
        return await self._run(lambda: self._open(group_info, ratchet_tree, now))

    async def tree(self, public_group: bytes) -> bytes:
        """Return the ratchet tree of a stored group."""
        return await self._run(lambda: self._group(public_group).tree_bytes())

    async def outline(self, body: bytes) -> Outline:
        """Return what a commit claims to do; reading it is a small part of checking it.

        Raises:
            GroupError: It is malformed.
        """
        return await self._run(lambda: outline(body))

    async def check(self, public_group: bytes, send: Send, *, kind: Kind, now: int) -> Change:
        """Return what a handshake message does to a group, with its GroupInfo and Welcome.

        Raises:
            GroupError: It is not a valid next step.
        """
        return await self._run(lambda: self._check(public_group, send, kind, now))

    async def check_key_package(
        self, data: bytes, certificate: bytes, *, last_resort: bool, now: int
    ) -> Stocked:
        """Return what is to be stored of a key package.

        Raises:
            GroupError: It is malformed, wrongly signed, expired, of another suite, or its
                credential is not this certificate.
        """
        return await self._run(
            lambda: self._check_key_package(data, certificate, last_resort=last_resort, now=now)
        )

    # --- in the thread ------------------------------------------------------------------------

    def _check_key_package(
        self, data: bytes, certificate: bytes, *, last_resort: bool, now: int
    ) -> Stocked:
        package = KeyPackage.decode(data)
        self._check_suite(package.cipher_suite)
        suite = cipher_suite(package.cipher_suite)
        validate_key_package(
            self._crypto,
            package,
            rules=LeafRules.of(suite, ()),
            authentication=self._authentication,
            now=now,
        )
        leaf = package.leaf_node
        group_profile.check_leaf(leaf)
        if leaf.credential != BasicCredential(certificate):
            raise GroupError("its credential is not the device's certificate")
        if package.is_last_resort is not last_resort:
            raise GroupError("last_resort is marked where it belongs, and only there")
        source = leaf.leaf_node_source
        assert isinstance(source, KeyPackageSource)  # noqa: S101 - validated
        reference = package.reference(self._crypto, suite)
        return Stocked(reference, source.lifetime.not_after, data)

    async def _run(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except MlsError as error:
            raise GroupError(_told(error)) from error

    def _open(
        self, group_info: bytes, ratchet_tree: bytes, now: int
    ) -> tuple[bytes, int, Sequence[Leaf], bytes]:
        group = PublicGroup.from_group_info(
            self._crypto,
            group_info,
            ratchet_tree,
            authentication=self._authentication,
            now=now,
        )
        self._check_suite(group.suite.id)
        group_profile.check_group_info(self._crypto, group.suite, group_info)
        group_profile.check_extensions(group.extensions)
        group_profile.check_leaves(group.tree, (each.leaf for each in group.members()))
        return group.group_id, group.epoch, _leaves(group), self._kept(group)

    def _check(self, public_group: bytes, send: Send, kind: Kind, now: int) -> Change:
        group = self._group(public_group)
        seen = group.receive(self._crypto, send.body, authentication=self._authentication, now=now)
        if isinstance(seen, ProposalSeen):
            wishes = self._wishes(group, [SentProposal(seen.sender, seen.proposal)], None)
            if not wishes:
                raise GroupError("an ExternalInit stands in an external commit only")
            change = self._change(kind, wishes[0][0], wishes, seen.next)
            said = SentProposal(seen.sender, seen.proposal) in group.proposals.values()
            return replace(change, repeated=said)
        seen.next.check_group_info(self._crypto, send.group_info)
        group_profile.check_group_info(self._crypto, group.suite, send.group_info)
        if seen.next.extensions != group.extensions:
            group_profile.check_extensions(seen.next.extensions)
        changed = (member.leaf for member in (*seen.added, *seen.updated))
        group_profile.check_leaves(seen.next.tree, changed)
        return self._commit(kind, group, seen, send)

    def _commit(self, kind: Kind, group: PublicGroup, seen: CommitSeen, send: Send) -> Change:
        joins = isinstance(seen.sender, SenderNewMemberCommit)
        after = {member.leaf: member.credential for member in seen.next.members()}
        committer = leaf_of(after[seen.committer])
        author = committer if joins else _leaf_at(group, seen.committer)
        wishes = self._wishes(group, seen.proposals, committer)
        if not joins and seen.committer in {member.leaf for member in seen.updated}:
            wishes = (*wishes, (author, Renew(committer)))
        refs = {wish.leaf.device: wish.ref for _, wish in wishes if isinstance(wish, Add)}
        welcomes = self._welcomes(send.welcome, refs)
        change = self._change(kind, author, wishes, seen.next)
        tree = seen.next.tree_bytes() if welcomes else b""
        return Change(
            kind, author, joins, wishes, change.leaves, change.epoch, change.public_group, tree,
            welcomes, () if joins else _ignored(group, seen),
        )  # fmt: skip

    def _change(
        self,
        kind: Kind,
        author: Leaf,
        wishes: tuple[tuple[Leaf, Wish], ...],
        following: PublicGroup,
    ) -> Change:
        return Change(
            kind=kind,
            author=author,
            joins=False,
            wishes=wishes,
            leaves=_leaves(following),
            epoch=following.epoch,
            public_group=self._kept(following),
            tree=b"",
            welcomes={},
        )

    def _wishes(
        self, group: PublicGroup, sent: Sequence[SentProposal], joiner: Leaf | None
    ) -> tuple[tuple[Leaf, Wish], ...]:
        """Return who asks for what; `joiner` is who speaks for an external commit."""
        wishes: list[tuple[Leaf, Wish]] = []
        for each in sent:
            if isinstance(each.sender, SenderMember):
                by = _leaf_at(group, each.sender.leaf_index)
            elif isinstance(each.sender, SenderNewMemberCommit) and joiner is not None:
                by = joiner
            else:
                raise GroupError("proposals from outside are not used here")
            wish = self._wish(group, each.proposal)
            if wish is not None:
                wishes.append((by, wish))
        return tuple(wishes)

    def _wish(self, group: PublicGroup, proposal: proposals.Proposal) -> Wish | None:
        match proposal:
            case proposals.Add(package):
                reference = package.reference(self._crypto, group.suite)
                return Add(leaf_of(package.leaf_node.credential), reference)
            case proposals.Remove(index):
                return Remove(_leaf_at(group, index))
            case proposals.Update(node):
                return Renew(leaf_of(node.credential))
            case proposals.GroupContextExtensions():
                return Reconfigure()
            case proposals.ExternalInit():
                return None  # part of every external commit
            # A key that nobody holds would leave every member behind: no key is mixed in here.
            case proposals.PreSharedKey() | proposals.ReInit() | proposals.CustomProposal():
                return Unwanted(type(proposal).__name__)

    def _welcomes(self, welcome: bytes, refs: dict[DeviceId, bytes]) -> dict[DeviceId, bytes]:
        """Cut a Welcome up: each device gets what is sealed to it, and no more."""
        if not refs:
            if welcome:
                raise GroupError("a Welcome for nobody")
            return {}
        body = unwrap(welcome) if welcome else None
        if not isinstance(body, Welcome):
            raise GroupError("a commit that adds devices brings their Welcome")
        sealed = {secrets.new_member: secrets for secrets in body.secrets}
        if set(sealed) != set(refs.values()) or len(sealed) != len(body.secrets):
            raise GroupError("the Welcome is for others than those who are added")
        return {
            device: wrap(Welcome(body.cipher_suite, (sealed[ref],), body.encrypted_group_info))
            for device, ref in refs.items()
        }

    def _check_suite(self, suite: int) -> None:
        if suite not in self._suites:
            raise GroupError("a cipher suite that is not offered here")

    def _group(self, public_group: bytes) -> PublicGroup:
        key = hashlib.sha256(public_group).digest()
        group = self._known.get(key)
        if group is None:
            group = PublicGroup.decode(public_group)
        self._keep(key, group)
        return group

    def _kept(self, group: PublicGroup) -> bytes:
        data = group.encode()
        self._keep(hashlib.sha256(data).digest(), group)
        return data

    def _keep(self, key: bytes, group: PublicGroup) -> None:
        self._known[key] = group
        self._known.move_to_end(key)
        if len(self._known) > GROUPS:
            self._known.popitem(last=False)


def _leaf_at(group: PublicGroup, index: int) -> Leaf:
    node = group.tree.leaf(index)
    if node is None:
        raise GroupError("there is no such member")
    return leaf_of(node.credential)


def _ignored(group: PublicGroup, seen: CommitSeen) -> tuple[Leaf, ...]:
    """Return the leavers whom a member could have taken out and did not."""
    removed = {member.leaf for member in seen.removed}
    left_in = (
        (_leaf_at(group, sent.sender.leaf_index), _leaf_at(group, sent.proposal.removed))
        for sent in group.proposals.values()
        if isinstance(sent.proposal, proposals.Remove)
        and isinstance(sent.sender, SenderMember)
        and sent.proposal.removed not in {*removed, seen.committer}
    )
    return tuple(leaf for by, leaf in left_in if by.user == leaf.user)


def _leaves(group: PublicGroup) -> tuple[Leaf, ...]:
    return tuple(leaf_of(member.credential) for member in group.members())


def _told(error: MlsError) -> str:
    """Say which rule was broken; nothing that anybody wrote is repeated."""
    rule = getattr(error, "rule", None)
    return rule.name.lower().replace("_", " ") if isinstance(rule, Rule) else "malformed"
