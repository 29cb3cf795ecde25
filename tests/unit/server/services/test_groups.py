"""Real groups with real certificates through the server's door to MLS."""

import importlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from hashlib import sha256

import pytest

from teamchat.identity import certificate
from teamchat.identity.keys import DeviceKey, IdentityKey
from teamchat.ids import ConversationId, DeviceId, UserId, identifier
from teamchat.mls.credentials import BasicCredential
from teamchat.mls.crypto import CipherSuite, CryptoProvider, Secret, cipher_suite
from teamchat.mls.crypto.default import DefaultCrypto
from teamchat.mls.extensions import (
    APPLICATION_ID,
    EXTERNAL_PUB,
    RATCHET_TREE,
    Extension,
    ExternalPub,
)
from teamchat.mls.framing.message import unwrap, wrap
from teamchat.mls.framing.public import PublicMessage
from teamchat.mls.group import (
    GroupState,
    ProposalReceived,
    commit,
    create_group,
    encrypt,
    group_info,
    join,
    join_external,
    process,
    propose_remove,
)
from teamchat.mls.group.info import external_pub_extension, signed_info
from teamchat.mls.key_package import KeyPackage, KeyPackageBundle, create_key_package
from teamchat.mls.messages.proposals import Add, GroupContextExtensions, Proposal, Remove
from teamchat.mls.messages.welcome import Welcome
from teamchat.mls.tree import LeafNode, RatchetTree
from teamchat.mls.tree.nodes import DEFAULT_CAPABILITIES, Lifetime
from teamchat.mls.tree.treekem import FreshPath, make_path
from teamchat.server.services import group_changes
from teamchat.server.services.certified import Certified
from teamchat.server.services.group_changes import Change, GroupError, Header, Reconfigure, Renew
from teamchat.server.services.groups import Groups
from teamchat.wire.frames import Kind, Send
from teamchat.wire.limits import LEAF_BYTES
from teamchat.wire.room_policy import ALL, ROOM_POLICY, RoomPolicy, encode

made_by = importlib.import_module("teamchat.mls.group.commit")
CRYPTO = DefaultCrypto()
SUITE = cipher_suite(0x0001)
NOW = 1_800_000_000
ROOM = bytes(range(16))
AUTHENTICATION = Certified()
OTHER = 0xF0F0
CAPABILITIES = replace(
    DEFAULT_CAPABILITIES, extensions=(*DEFAULT_CAPABILITIES.extensions, ROOM_POLICY, OTHER)
)


@dataclass(frozen=True)
class Device:
    user: UserId
    device: DeviceId
    key: DeviceKey
    certificate: bytes

    def bundle(
        self, *, last_resort: bool = False, until: int = NOW + 1000, fat: int = 0
    ) -> KeyPackageBundle:
        return create_key_package(
            CRYPTO,
            SUITE,
            BasicCredential(self.certificate),
            Secret(self.key.seed),
            lifetime=Lifetime(NOW - 10, until),
            last_resort=last_resort,
            capabilities=CAPABILITIES,
            leaf_extensions=[Extension(APPLICATION_ID, bytes(fat))] if fat else [],
        )


def seeded(name: str) -> bytes:
    return sha256(name.encode()).digest()


def device(person: str, name: str = "laptop") -> Device:
    identity, key = IdentityKey(seeded(person)), DeviceKey(seeded(person + name))
    user = UserId(identifier(seeded("user " + person)[:16]))
    which = DeviceId(identifier(seeded("device " + person + name)[:16]))
    issued = certificate.issue(
        identity, user=user, device=which, device_key=key.public, created=NOW
    )
    return Device(user, which, key, issued)


ALICE, BOB, CAROL = device("alice"), device("bob"), device("carol")


def found(creator: Device, fat: int = 0, extensions: tuple[Extension, ...] = ()) -> GroupState:
    return create_group(
        CRYPTO,
        group_id=ROOM,
        suite=SUITE,
        bundle=creator.bundle(fat=fat),
        extensions=extensions,
        authentication=AUTHENTICATION,
        now=NOW,
    )


@pytest.fixture
async def groups() -> AsyncIterator[Groups]:
    opened = Groups(CRYPTO, [0x0001])
    yield opened
    opened.close()


async def opened(groups: Groups, state: GroupState) -> bytes:
    group_id, epoch, leaves, stored = await groups.open(
        group_info(CRYPTO, state), state.tree.encode(), now=NOW
    )
    assert (group_id, epoch) == (state.group_id, state.epoch)
    assert len(leaves) == len(state.members())
    return stored


def send(body: bytes, info: bytes = b"", welcome: bytes | None = None) -> Send:
    return Send(1, ConversationId(identifier(ROOM)), bytes(16), body, info, welcome or b"")


async def committed(
    groups: Groups, stored: bytes, state: GroupState, *proposals: Proposal
) -> tuple[Change, GroupState]:
    made = commit(CRYPTO, state, proposals=proposals, authentication=AUTHENTICATION, now=NOW)
    change = await groups.check(
        stored, send(made.message, made.group_info, made.welcome), kind=Kind.COMMIT, now=NOW
    )
    return change, made.adopt(state)


async def test_what_can_be_read_of_a_message(groups: Groups) -> None:
    state = found(ALICE)
    made = commit(CRYPTO, state, authentication=AUTHENTICATION, now=NOW)
    assert groups.peek(made.message) == Header(Kind.COMMIT, ROOM, 0)
    _, message = encrypt(CRYPTO, state, b"hello")
    assert groups.peek(message) == Header(Kind.APPLICATION, ROOM, 0)
    for wrong in (b"", b"\x00", made.group_info, message[:20]):
        with pytest.raises(GroupError):
            groups.peek(wrong)


async def test_a_group_is_followed_and_its_welcomes_are_cut_up(groups: Groups) -> None:
    state = found(ALICE)
    stored = await opened(groups, state)
    bundles = {each.device: each.bundle() for each in (BOB, CAROL)}
    adds = [Add(bundle.key_package) for bundle in bundles.values()]
    change, state = await committed(groups, stored, state, *adds)
    assert change.author.device == ALICE.device
    assert {leaf.device for leaf in change.leaves} == {ALICE.device, BOB.device, CAROL.device}
    assert change.epoch == 1
    added = [wish for _, wish in change.wishes if isinstance(wish, group_changes.Add)]
    assert [wish.leaf.certificate for wish in added] == [BOB.certificate, CAROL.certificate]
    assert isinstance(change.wishes[-1][1], Renew)
    for which, welcome in change.welcomes.items():
        body = unwrap(welcome)
        assert isinstance(body, Welcome)
        assert len(body.secrets) == 1
        bundle = bundles[which]
        joined = join(
            CRYPTO,
            welcome,
            {bundle.key_package.reference(CRYPTO, SUITE): bundle},
            ratchet_tree=change.tree,
            authentication=AUTHENTICATION,
            now=NOW,
        )
        assert joined.epoch_authenticator == state.epoch_authenticator
    again, _ = await committed(groups, change.public_group, state)
    assert (again.epoch, again.welcomes) == (2, {})
    assert await groups.tree(change.public_group) == state.tree.encode()


async def test_a_group_that_is_not_in_memory_is_read_again(groups: Groups) -> None:
    state = found(ALICE)
    stored = await opened(groups, state)
    elsewhere = Groups(CRYPTO, [0x0001])
    change, _ = await committed(elsewhere, stored, state, Add(BOB.bundle().key_package))
    assert change.epoch == 1
    elsewhere.close()


async def test_a_proposal_is_its_author_s_and_a_commit_carries_it_out(groups: Groups) -> None:
    state = found(ALICE)
    stored = await opened(groups, state)
    bundle = BOB.bundle()
    change, state = await committed(groups, stored, state, Add(bundle.key_package))
    bob = join(
        CRYPTO,
        change.welcomes[BOB.device],
        {bundle.key_package.reference(CRYPTO, SUITE): bundle},
        ratchet_tree=change.tree,
        authentication=AUTHENTICATION,
        now=NOW,
    )
    made = propose_remove(CRYPTO, bob, bob.own_leaf)
    seen = await groups.check(change.public_group, send(made.message), kind=Kind.PROPOSAL, now=NOW)
    assert seen.author.device == BOB.device
    assert [wish for _, wish in seen.wishes] == [group_changes.Remove(seen.author)]
    assert seen.epoch == 1

    assert not seen.repeated
    for index, repeated in ((bob.own_leaf, True), (0, False)):
        again = propose_remove(CRYPTO, bob, index).message
        said = await groups.check(seen.public_group, send(again), kind=Kind.PROPOSAL, now=NOW)
        assert said.repeated is repeated

    received = process(CRYPTO, state, made.message, authentication=AUTHENTICATION, now=NOW)
    assert isinstance(received, ProposalReceived)
    done, _ = await committed(groups, seen.public_group, received.state)
    by, wish = done.wishes[0]
    assert (by.device, done.author.device) == (BOB.device, ALICE.device)
    assert wish == group_changes.Remove(seen.author)
    assert [leaf.device for leaf in done.leaves] == [ALICE.device]


async def test_a_device_joins_by_itself(groups: Groups) -> None:
    state = found(ALICE)
    stored = await opened(groups, state)
    phone = device("alice", "phone")
    made = join_external(
        CRYPTO,
        group_info(CRYPTO, state),
        ratchet_tree=state.tree.encode(),
        bundle=phone.bundle(),
        authentication=AUTHENTICATION,
        now=NOW,
    )
    change = await groups.check(
        stored, send(made.message, made.group_info), kind=Kind.COMMIT, now=NOW
    )
    assert change.joins
    assert change.author.device == phone.device
    assert not [wish for _, wish in change.wishes if isinstance(wish, group_changes.Add)]
    assert {leaf.device for leaf in change.leaves} == {ALICE.device, phone.device}


async def test_what_breaks_a_rule_is_refused(groups: Groups) -> None:
    state = found(ALICE)
    stored = await opened(groups, state)
    bundle = BOB.bundle()
    adding = commit(
        CRYPTO,
        state,
        proposals=[Add(bundle.key_package)],
        authentication=AUTHENTICATION,
        now=NOW,
    )
    other = commit(CRYPTO, state, authentication=AUTHENTICATION, now=NOW)
    damaged = bytearray(other.message)
    damaged[-40] ^= 1
    wrong = {
        "no welcome": send(adding.message, adding.group_info),
        "a welcome for nobody": send(other.message, other.group_info, adding.welcome),
        "another group info": send(other.message, adding.group_info),
        "no group info": send(other.message, b"x"),
        "an old group info": send(other.message, group_info(CRYPTO, state)),
        "damaged": send(bytes(damaged), other.group_info),
        "not a welcome": send(adding.message, adding.group_info, adding.group_info),
    }
    accepted = [what for what, each in wrong.items() if await passes(groups, stored, each)]
    assert accepted == []
    assert await passes(groups, stored, send(other.message, other.group_info))


GARBAGE = {
    "no key to join by": (),
    "a key that is none": (b"",),
    "a key of low order": (bytes(32),),
    "a long key": (b"x" * 40,),
    "two keys": (b"x" * 32, b"y" * 32),
}


@pytest.mark.parametrize("keys", GARBAGE.values(), ids=GARBAGE)
async def test_a_commit_brings_a_key_to_join_by(groups: Groups, keys: tuple[bytes, ...]) -> None:
    """Without one nobody comes back after a commit that cannot be followed."""
    state = found(ALICE)
    stored = await opened(groups, state)
    made = commit(CRYPTO, state, authentication=AUTHENTICATION, now=NOW)
    extensions = tuple(Extension(EXTERNAL_PUB, ExternalPub(each).encode()) for each in keys)
    info = wrap(signed_info(CRYPTO, made.next, extensions))
    assert not await passes(groups, stored, send(made.message, info))
    info = wrap(signed_info(CRYPTO, state, extensions))
    with pytest.raises(GroupError):
        await groups.open(info, state.tree.encode(), now=NOW)


@pytest.mark.parametrize("kind", [0xF123, APPLICATION_ID])
@pytest.mark.parametrize("size", [1, 70_000])
async def test_a_group_info_brings_nothing_that_nobody_reads(
    groups: Groups, kind: int, size: int
) -> None:
    state = found(ALICE)
    stored = await opened(groups, state)
    made = commit(CRYPTO, state, authentication=AUTHENTICATION, now=NOW)

    def info(state: GroupState, *more: Extension) -> bytes:
        key = external_pub_extension(CRYPTO, state)
        return wrap(signed_info(CRYPTO, state, (key, *more)))

    extra = Extension(kind, bytes(size))
    assert not await passes(groups, stored, send(made.message, info(made.next, extra)))
    tree = Extension(RATCHET_TREE, made.next.tree.encode())
    assert await passes(groups, stored, send(made.message, info(made.next, tree)))
    with pytest.raises(GroupError):
        await groups.open(info(state, extra), state.tree.encode(), now=NOW)


async def test_a_leaf_is_not_larger_than_everybody_can_be_given(
    groups: Groups, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = found(ALICE)
    stored = await opened(groups, state)
    package = BOB.bundle().key_package
    for size, taken in ((LEAF_BYTES // 2, True), (LEAF_BYTES, False)):
        package = BOB.bundle(fat=size).key_package
        made = commit(
            CRYPTO, state, proposals=[Add(package)], authentication=AUTHENTICATION, now=NOW
        )
        wanted = send(made.message, made.group_info, made.welcome)
        assert await passes(groups, stored, wanted) is taken
        monkeypatch.setattr(made_by, "make_path", fattening(size))
        made = commit(CRYPTO, state, authentication=AUTHENTICATION, now=NOW)
        monkeypatch.undo()
        assert await passes(groups, stored, send(made.message, made.group_info)) is taken
        joining = join_external(
            CRYPTO, group_info(CRYPTO, state), device("alice", "phone").bundle(fat=size),
            ratchet_tree=state.tree.encode(), authentication=AUTHENTICATION, now=NOW,
        )  # fmt: skip
        assert await passes(groups, stored, send(joining.message, joining.group_info)) is taken
    with pytest.raises(GroupError, match="too large"):
        await groups.check_key_package(
            package.encode(), BOB.certificate, last_resort=False, now=NOW
        )
    with pytest.raises(GroupError, match="too large"):
        await opened(groups, found(ALICE, fat=LEAF_BYTES))


def fattening(size: int) -> Callable[..., FreshPath]:
    """Return a way to make paths whose leaf says more than anybody wants to know."""

    def make(
        crypto: CryptoProvider, suite: CipherSuite, tree: RatchetTree, sender: int,
        leaf: LeafNode, signature_key: Secret, group_id: bytes,
    ) -> FreshPath:  # fmt: skip
        fat = replace(leaf, extensions=(Extension(APPLICATION_ID, bytes(size)),))
        return make_path(crypto, suite, tree, sender, fat, signature_key, group_id)

    return make


async def passes(groups: Groups, stored: bytes, commit: Send) -> bool:
    try:
        await groups.check(stored, commit, kind=Kind.COMMIT, now=NOW)
    except GroupError:
        return False
    return True


async def test_what_a_commit_claims_is_read_without_verifying_it(groups: Groups) -> None:
    state = found(ALICE)
    adds = [Add(each.bundle().key_package) for each in (BOB, CAROL)]
    made = commit(CRYPTO, state, proposals=adds, authentication=AUTHENTICATION, now=NOW)
    claimed = await groups.outline(made.message)
    additions = {each.device: each.certificate for each in (BOB, CAROL)}
    assert claimed == group_changes.Outline(2, additions)
    message = unwrap(made.message)
    assert isinstance(message, PublicMessage)
    unsigned = replace(message, auth=replace(message.auth, signature=b""))
    assert await groups.outline(wrap(unsigned)) == claimed
    for wrong in (b"", made.group_info, encrypt(CRYPTO, state, b"hello")[1]):
        with pytest.raises(GroupError):
            await groups.outline(wrong)


async def test_other_suites_and_false_certificates_make_no_group() -> None:
    groups = Groups(CRYPTO, [0x0003])
    state = found(ALICE)
    with pytest.raises(GroupError, match="suite"):
        await groups.open(group_info(CRYPTO, state), state.tree.encode(), now=NOW)
    with pytest.raises(GroupError):
        await groups.open(b"", b"", now=NOW)
    groups.close()


async def test_key_packages(groups: Groups) -> None:
    async def check(package: KeyPackage, *, last_resort: bool = False) -> bytes:
        checked = await groups.check_key_package(
            package.encode(), BOB.certificate, last_resort=last_resort, now=NOW
        )
        return checked.ref

    good = BOB.bundle().key_package
    assert await check(good) == good.reference(CRYPTO, SUITE)
    final = BOB.bundle(last_resort=True).key_package
    assert await check(final, last_resort=True)
    for wrong, last_resort in (
        (good, True),
        (final, False),
        (ALICE.bundle().key_package, False),
        (BOB.bundle(until=NOW - 1).key_package, False),
    ):
        with pytest.raises(GroupError):
            await check(wrong, last_resort=last_resort)
    data = bytearray(good.encode())
    data[-1] ^= 1
    for bytes_ in (bytes(data), b"", good.encode() + b"\x00"):
        with pytest.raises(GroupError):
            await groups.check_key_package(bytes_, BOB.certificate, last_resort=False, now=NOW)


async def test_somebody_else_s_leaf_is_named_when_it_is_removed(groups: Groups) -> None:
    state = found(ALICE)
    stored = await opened(groups, state)
    change, state = await committed(groups, stored, state, Add(BOB.bundle().key_package))
    removal, _ = await committed(groups, change.public_group, state, Remove(1))
    gone = [wish.leaf for _, wish in removal.wishes if isinstance(wish, group_changes.Remove)]
    assert [leaf.device for leaf in gone] == [BOB.device]


POLICY = Extension(ROOM_POLICY, encode(RoomPolicy(ALL)))
NO_POLICIES = [
    (Extension(ROOM_POLICY, b"\xff"), "a malformed room policy"),
    (Extension(OTHER, b""), "an extension that is not used here"),
]


async def test_a_group_may_begin_with_a_room_policy(groups: Groups) -> None:
    await opened(groups, found(ALICE, extensions=(POLICY,)))


@pytest.mark.parametrize(("extension", "why"), NO_POLICIES)
async def test_a_group_begins_with_no_other_extension(
    groups: Groups, extension: Extension, why: str
) -> None:
    with pytest.raises(GroupError, match=why):
        await opened(groups, found(ALICE, extensions=(extension,)))


async def test_a_commit_may_give_a_group_another_room_policy(groups: Groups) -> None:
    alice = found(ALICE)
    stored = await opened(groups, alice)
    made = commit(
        CRYPTO, alice, proposals=[GroupContextExtensions((POLICY,))],
        authentication=AUTHENTICATION, now=NOW,
    )  # fmt: skip
    send = Send(1, ConversationId("r" * 26), b"c" * 16, made.message, made.group_info, b"")
    change = await groups.check(stored, send, kind=Kind.COMMIT, now=NOW)
    assert any(isinstance(wish, Reconfigure) for _, wish in change.wishes)


@pytest.mark.parametrize(("extension", "why"), NO_POLICIES)
async def test_a_commit_gives_a_group_no_other_extension(
    groups: Groups, extension: Extension, why: str
) -> None:
    alice = found(ALICE)
    stored = await opened(groups, alice)
    made = commit(
        CRYPTO, alice, proposals=[GroupContextExtensions((extension,))],
        authentication=AUTHENTICATION, now=NOW,
    )  # fmt: skip
    send = Send(1, ConversationId("r" * 26), b"c" * 16, made.message, made.group_info, b"")
    with pytest.raises(GroupError, match=why):
        await groups.check(stored, send, kind=Kind.COMMIT, now=NOW)
