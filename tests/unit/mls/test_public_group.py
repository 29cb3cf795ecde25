from dataclasses import replace

import pytest

from teamchat.mls.crypto import Secret
from teamchat.mls.errors import CryptoError, DecodeError, MlsError, ValidationError
from teamchat.mls.extensions import (
    EXTERNAL_PUB,
    RATCHET_TREE,
    REQUIRED_CAPABILITIES,
    Extension,
    ExternalSender,
    RequiredCapabilities,
    external_senders_extension,
)
from teamchat.mls.framing.content import (
    ApplicationContent,
    AuthenticatedContent,
    FramedContent,
    ProposalContent,
    SenderExternal,
    SenderMember,
    SenderNewMemberCommit,
    SenderNewMemberProposal,
    WireFormat,
    framed_content_tbs,
    sign_content,
)
from teamchat.mls.framing.message import unwrap, wrap
from teamchat.mls.framing.public import PublicMessage
from teamchat.mls.group import (
    CommitOptions,
    Framing,
    GroupState,
    encrypt,
    group_info,
    join_external,
    new_member_proposal,
    propose_add,
    propose_remove,
    propose_update,
)
from teamchat.mls.messages.commit import MAX_PROPOSALS, Commit, ProposalByValue, ProposalReference
from teamchat.mls.messages.group_info import GroupInfo
from teamchat.mls.messages.proposals import (
    Add,
    GroupContextExtensions,
    ReInit,
    Remove,
    Update,
)
from teamchat.mls.public_group import CommitSeen, ProposalSeen, PublicGroup
from teamchat.mls.rules import Rule
from teamchat.mls.tree.nodes import LeafPlace, UpdateSource, sign_leaf_node
from tests.support.forgery import commit_of, committing, recommitted, resigned, signed
from tests.support.people import CRYPTO, NOW, REGISTRY, SUITE, Crew, founded, person


def watched(state: GroupState) -> PublicGroup:
    """What a server knows of a group when it is told of this epoch."""
    return PublicGroup.from_group_info(
        CRYPTO, group_info(CRYPTO, state), state.tree.encode(), authentication=REGISTRY, now=NOW
    )


def receive(group: PublicGroup, message: bytes) -> ProposalSeen | CommitSeen:
    return group.receive(CRYPTO, message, authentication=REGISTRY, now=NOW)


def follow(group: PublicGroup, message: bytes, info: bytes) -> CommitSeen:
    """Receive a commit with the GroupInfo that came with it, and store what is left."""
    seen = receive(group, message)
    assert isinstance(seen, CommitSeen)
    seen.next.check_group_info(CRYPTO, info)
    assert PublicGroup.decode(seen.next.encode()) == seen.next
    return seen


def refused(group: PublicGroup, message: bytes) -> Rule | None:
    before = group.encode()
    with pytest.raises(MlsError) as caught:
        receive(group, message)
    assert group.encode() == before
    rule = getattr(caught.value, "rule", None)
    assert rule is None or isinstance(rule, Rule)
    return rule


@pytest.fixture
def crew() -> Crew:
    return founded("alice", "bob", "carol", "dave")


def names(seen: CommitSeen, part: str) -> list[bytes]:
    return [member.credential.identity for member in getattr(seen, part)]


def same(group: PublicGroup, state: GroupState) -> None:
    assert group.context == state.context
    assert group.tree == state.tree
    assert group.confirmation_tag == state.confirmation_tag
    assert [member.leaf for member in group.members()] == [m.leaf for m in state.members()]


def test_a_group_s_life_is_followed_from_its_public_messages() -> None:
    crew = founded("alice")
    group = watched(crew["alice"])

    newcomers = {name: person(name) for name in ("bob", "carol", "dave")}
    bundles = {name: newcomer.bundle() for name, newcomer in newcomers.items()}
    pending = crew.commit("alice", *(Add(each.key_package) for each in bundles.values()))
    seen = follow(group, pending.message, pending.group_info)
    assert names(seen, "added") == [b"bob", b"carol", b"dave"]
    assert names(seen, "updated") == [b"alice"]
    group = seen.next
    crew.accept("alice", pending)
    for name, bundle in bundles.items():
        crew[name] = crew.join(pending, bundle)
    same(group, crew["dave"])

    made = propose_update(CRYPTO, crew["bob"])
    asked = propose_remove(CRYPTO, crew["carol"], crew.leaf("dave"))
    crew["bob"], crew["carol"] = made.state, asked.state
    for message, ref in ((made.message, made.ref), (asked.message, asked.ref)):
        proposal = receive(group, message)
        assert isinstance(proposal, ProposalSeen)
        assert proposal.ref == ref
        group = proposal.next
        for name in ("alice", "bob", "carol"):
            if not (name == "bob" and message is made.message) and not (
                name == "carol" and message is asked.message
            ):
                crew[name] = crew.receive(name, message).state  # type: ignore[attr-defined]
    assert PublicGroup.decode(group.encode()) == group
    crew["dave"] = crew.receive("dave", made.message).state  # type: ignore[attr-defined]
    crew["dave"] = crew.receive("dave", asked.message).state  # type: ignore[attr-defined]
    pending = crew.commit("alice")
    seen = follow(group, pending.message, pending.group_info)
    assert names(seen, "removed") == [b"dave"]
    assert names(seen, "updated") == [b"bob", b"alice"]
    assert not seen.next.proposals
    group = seen.next
    crew.accept("alice", pending)
    same(group, crew["bob"])

    extension = Extension(REQUIRED_CAPABILITIES, RequiredCapabilities((), (), (1,)).encode())
    pending = crew.commit("bob", GroupContextExtensions((extension,)))
    group = follow(group, pending.message, pending.group_info).next
    crew.accept("bob", pending)
    assert group.extensions == (extension,)
    same(group, crew["carol"])

    erin = person("erin").bundle()
    joined = join_external(
        CRYPTO,
        group_info(CRYPTO, crew["alice"]),
        erin,
        ratchet_tree=group.tree_bytes(),
        authentication=REGISTRY,
        now=NOW,
    )
    seen = follow(group, joined.message, joined.group_info)
    assert isinstance(seen.sender, SenderNewMemberCommit)
    assert names(seen, "added") == [b"erin"]
    assert seen.committer == joined.adopt().own_leaf
    group = seen.next
    for name in ("alice", "bob", "carol"):
        crew.receive_commit(name, joined.message)
    crew["erin"] = joined.adopt()
    same(group, crew["erin"])

    pending = crew.commit("erin", ReInit(b"next", 1, 1, ()), options=CommitOptions())
    seen = follow(group, pending.message, pending.group_info)
    assert seen.next.over
    crew.accept("erin", pending)
    same(seen.next, crew["alice"])
    assert refused(seen.next, committing(crew["alice"])) is Rule.GROUP_REINITIALISED


def test_a_commit_without_a_path_leaves_its_committer_as_it_was(crew: Crew) -> None:
    group, newcomer = watched(crew["alice"]), person("newcomer")
    pathless = CommitOptions(always_path=False)
    pending = crew.commit("alice", Add(newcomer.bundle().key_package), options=pathless)
    seen = receive(group, pending.message)
    assert isinstance(seen, CommitSeen)
    assert seen.updated == ()
    assert [member.credential for member in seen.added] == [newcomer.credential]


def test_a_stranger_s_or_changed_group_info_begins_nothing(crew: Crew) -> None:
    state = crew["alice"]
    info, tree = group_info(CRYPTO, state), state.tree.encode()

    def begin(info: bytes, tree: bytes) -> Rule | None:
        with pytest.raises(MlsError) as caught:
            PublicGroup.from_group_info(CRYPTO, info, tree, authentication=REGISTRY, now=NOW)
        return getattr(caught.value, "rule", None)

    body = unwrap(info)
    assert isinstance(body, GroupInfo)
    assert begin(info, crew["alice"].tree.remove_leaf(3).encode()) is Rule.TREE_HASH_MATCHES
    assert begin(wrap(replace(body, signature=b"")), tree) is Rule.GROUP_INFO_SIGNATURE
    assert begin(wrap(replace(body, signer=1)), tree) is Rule.GROUP_INFO_SIGNATURE
    assert begin(wrap(replace(body, signer=9)), tree) is Rule.SENDER_LEAF_NOT_BLANK
    assert begin(wrap(replace(body, confirmation_tag=b"")), tree) is Rule.GROUP_INFO_SIGNATURE
    unknown = replace(body, group_context=replace(body.group_context, cipher_suite=7))
    assert begin(wrap(unknown), tree) is Rule.GROUP_SUITE_KNOWN
    twice = replace(body, extensions=body.extensions * 2)
    assert begin(wrap(twice), tree) is Rule.EXTENSION_UNIQUE
    assert begin(encrypt(CRYPTO, state, b"hello")[1], tree) is None
    assert begin(b"", tree) is None


def test_a_leaf_nobody_vouches_for_begins_nothing(crew: Crew) -> None:
    class Nobody:
        def authenticate(self, credential: object, signature_key: bytes) -> None:
            raise ValidationError(Rule.CREDENTIAL_NOT_AUTHENTICATED)

        def same_client(self, old: object, new: object) -> bool:
            return True

    state = crew["alice"]
    with pytest.raises(ValidationError) as caught:
        PublicGroup.from_group_info(
            CRYPTO, group_info(CRYPTO, state), state.tree.encode(), authentication=Nobody(), now=NOW
        )
    assert caught.value.rule is Rule.CREDENTIAL_NOT_AUTHENTICATED


def test_a_group_info_must_be_of_this_epoch_and_view(crew: Crew) -> None:
    group = watched(crew["alice"])
    old = group_info(CRYPTO, crew["alice"])
    group.check_group_info(CRYPTO, old)
    pending = crew.commit("bob")
    seen = receive(group, pending.message)
    assert isinstance(seen, CommitSeen)
    crew.accept("bob", pending)
    for other in ("alice", "dave"):
        seen.next.check_group_info(CRYPTO, group_info(CRYPTO, crew[other]))
    body = unwrap(pending.group_info)
    assert isinstance(body, GroupInfo)

    def check(info: bytes) -> Rule | None:
        with pytest.raises(MlsError) as caught:
            seen.next.check_group_info(CRYPTO, info)
        return getattr(caught.value, "rule", None)

    assert check(old) is Rule.GROUP_INFO_CURRENT
    other_view = replace(body.group_context, extensions=(Extension(0xF123, b""),))
    tbs = replace(body.tbs(), group_context=other_view)
    forged = GroupInfo.signed(CRYPTO, SUITE, tbs, crew["bob"].signature_key)
    assert check(wrap(forged)) is Rule.GROUP_INFO_CURRENT
    assert check(wrap(replace(body, confirmation_tag=b"x"))) is Rule.GROUP_INFO_CURRENT
    assert check(wrap(replace(body, signature=b""))) is Rule.GROUP_INFO_SIGNATURE
    assert check(wrap(replace(body, signer=0))) is Rule.GROUP_INFO_SIGNATURE
    no_key = tuple(each for each in body.extensions if each.extension_type != EXTERNAL_PUB)
    assert check(wrap(replace(body, extensions=no_key))) is Rule.GROUP_INFO_SIGNATURE
    tree = Extension(RATCHET_TREE, b"\x00")
    assert check(wrap(replace(body, extensions=(tree,)))) is Rule.TREE_HASH_MATCHES
    assert check(pending.message) is None


# What follows is written by someone who has a member's signature key, or none.


def test_a_message_is_signed_by_its_sender(crew: Crew) -> None:
    group, eve = watched(crew["alice"]), crew["bob"]
    message = crew.commit("bob").message
    body = unwrap(message)
    assert isinstance(body, PublicMessage)
    for signature in (b"", bytes(64), body.auth.signature[:-1]):
        unsigned = replace(body, auth=replace(body.auth, signature=signature))
        assert refused(group, wrap(unsigned)) is Rule.CONTENT_SIGNATURE
    as_carol = SenderMember(crew.leaf("carol"))
    forged = resigned(eve, message, lambda content: replace(content, sender=as_carol))
    assert refused(group, forged) is Rule.CONTENT_SIGNATURE
    nobody = SenderMember(9)
    forged = resigned(eve, message, lambda content: replace(content, sender=nobody))
    assert refused(group, forged) is Rule.SENDER_LEAF_NOT_BLANK


def test_a_message_is_for_this_group_and_epoch(crew: Crew) -> None:
    group, eve = watched(crew["alice"]), crew["bob"]
    message = crew.commit("bob").message
    for epoch in (0, group.epoch - 1, group.epoch + 1):
        late = resigned(eve, message, lambda content, e=epoch: replace(content, epoch=e))  # type: ignore[misc]
        assert refused(group, late) is Rule.EPOCH_CURRENT
    foreign = resigned(eve, message, lambda content: replace(content, group_id=b"other"))
    assert refused(group, foreign) is Rule.GROUP_ID_MATCHES
    seen = receive(group, message)
    assert refused(seen.next, message) is Rule.EPOCH_CURRENT
    bare = ApplicationContent(b"hello")
    public = resigned(eve, message, lambda content: replace(content, content=bare))
    assert refused(group, public[:-5]) is None


def test_application_data_is_never_public(crew: Crew) -> None:
    group, eve = watched(crew["alice"]), crew["bob"]
    data = ApplicationContent(b"hello")
    content = FramedContent(eve.group_id, eve.epoch, SenderMember(eve.own_leaf), b"", data)
    assert refused(group, signed(eve, content, None)) is Rule.APPLICATION_DATA_PRIVATE


def test_what_is_not_a_public_message_cannot_be_followed(crew: Crew) -> None:
    group = watched(crew["alice"])
    hidden = CommitOptions(framing=Framing(wire_format=WireFormat.PRIVATE_MESSAGE))
    private = crew.commit("bob", options=hidden).message
    data = encrypt(CRYPTO, crew["bob"], b"hello")[1]
    messages = [private, data, group_info(CRYPTO, crew["bob"]), b""]
    for message in messages:
        with pytest.raises(DecodeError):
            receive(group, message)


def test_a_cut_or_padded_message_is_refused(crew: Crew) -> None:
    group = watched(crew["alice"])
    message = crew.commit("bob").message
    for wrong in (message[:-1], message + b"\x00", message[1:]):
        with pytest.raises(MlsError):
            receive(group, wrong)


def test_a_removal_without_a_path_is_refused(crew: Crew) -> None:
    """The removed would derive the next epoch."""
    group, eve = watched(crew["alice"]), crew["bob"]
    assert refused(group, committing(eve, Remove(crew.leaf("carol")))) is Rule.PATH_REQUIRED
    assert refused(group, committing(eve)) is Rule.PATH_REQUIRED
    assert refused(group, committing(eve, GroupContextExtensions(()))) is Rule.PATH_REQUIRED
    cut = recommitted(
        eve,
        crew.commit("bob", Remove(crew.leaf("carol"))).message,
        lambda commit: replace(commit, path=None),
    )
    assert refused(group, cut) is Rule.PATH_REQUIRED


def test_a_list_that_breaks_the_rules_is_refused(crew: Crew) -> None:
    group, eve = watched(crew["alice"]), crew["bob"]
    carol, own = crew.leaf("carol"), crew.leaf("bob")
    frank = Add(person("frank").bundle().key_package)
    for proposals, rule in (
        ([Remove(own)], Rule.COMMITTER_NOT_REMOVED),
        ([Remove(carol), Remove(carol)], Rule.ONE_CHANGE_PER_LEAF),
        ([Remove(17)], Rule.REMOVE_MEMBER),
        ([frank, frank], Rule.ADD_CLIENT_ONCE),
        ([ReInit(b"x", 1, 1, ()), frank], Rule.REINIT_ALONE),
        (
            [GroupContextExtensions(()), GroupContextExtensions(())],
            Rule.ONE_GROUP_CONTEXT_EXTENSIONS,
        ),
    ):
        assert refused(group, committing(eve, *proposals)) is rule
    unknown = Commit((ProposalReference(b"?" * 32),), None)
    content = FramedContent(eve.group_id, eve.epoch, SenderMember(own), b"", unknown)
    assert refused(group, signed(eve, content, b"tag")) is Rule.PROPOSAL_REFERENCE_KNOWN


def test_a_key_package_that_is_not_valid_is_not_added(crew: Crew) -> None:
    group, eve = watched(crew["alice"]), crew["bob"]
    package = person("frank").bundle().key_package
    swapped = replace(package, init_key=person("gina").bundle().key_package.init_key)
    assert refused(group, committing(eve, Add(swapped))) is Rule.KEY_PACKAGE_SIGNATURE
    unsigned = replace(package, signature=b"")
    assert refused(group, committing(eve, Add(unsigned))) is Rule.KEY_PACKAGE_SIGNATURE
    with pytest.raises(ValidationError) as caught:
        group.receive(
            CRYPTO, committing(eve, Add(package)), authentication=REGISTRY, now=NOW + (1 << 30)
        )
    assert caught.value.rule is Rule.LEAF_LIFETIME_CURRENT
    assert isinstance(receive(group, committing(eve, Add(package))), CommitSeen)


def test_a_path_must_be_the_tree_s(crew: Crew) -> None:
    group, eve = watched(crew["alice"]), crew["bob"]
    message = crew.commit("bob").message

    def changed(**changes: object) -> bytes:
        def change(commit: Commit) -> Commit:
            assert commit.path is not None
            return replace(commit, path=replace(commit.path, **changes))  # type: ignore[arg-type]

        return recommitted(eve, message, change)

    path = commit_of(message).path
    assert path is not None
    nodes = path.nodes
    assert refused(group, changed(nodes=nodes[:-1])) is Rule.UPDATE_PATH_LENGTH
    other = replace(nodes[0], encryption_key=b"k" * 32)
    assert refused(group, changed(nodes=(other, *nodes[1:]))) is Rule.UPDATE_PATH_PARENT_HASH
    old = replace(nodes[0], encryption_key=eve.own_leaf_node.encryption_key)
    assert refused(group, changed(nodes=(old, *nodes[1:]))) is Rule.UPDATE_PATH_KEYS_FRESH
    twice = replace(nodes[0], encryption_key=path.leaf_node.encryption_key)
    assert refused(group, changed(nodes=(twice, *nodes[1:]))) is Rule.UPDATE_PATH_KEYS_FRESH
    mute = replace(nodes[0], encrypted_path_secret=())
    assert refused(group, changed(nodes=(mute, *nodes[1:]))) is Rule.UPDATE_PATH_CIPHERTEXT_COUNT
    unsigned = replace(path.leaf_node, signature=b"")
    assert refused(group, changed(leaf_node=unsigned)) is Rule.LEAF_SIGNATURE


def test_a_path_does_not_change_who_somebody_is(crew: Crew) -> None:
    group, eve = watched(crew["alice"]), crew["bob"]
    message = crew.commit("bob").message

    def as_alice(commit: Commit) -> Commit:
        path = commit.path
        assert path is not None
        leaf = replace(path.leaf_node, credential=crew["alice"].own_leaf_node.credential)
        place = LeafPlace(eve.group_id, eve.own_leaf)
        forged = sign_leaf_node(CRYPTO, SUITE, eve.signature_key, leaf, place)
        return replace(commit, path=replace(path, leaf_node=forged))

    assert refused(group, recommitted(eve, message, as_alice)) is Rule.CREDENTIAL_SAME_CLIENT


def test_an_update_keeps_identity_and_changes_its_key(crew: Crew) -> None:
    """A credential is asked about at once; an Update's key is refused with the commit."""
    group, eve = watched(crew["alice"]), crew["bob"]
    place = LeafPlace(eve.group_id, eve.own_leaf)
    alice = crew["alice"].own_leaf_node
    for key, rule in (
        (eve.own_leaf_node.encryption_key, Rule.LEAF_UPDATE_CHANGES_KEY),
        (alice.encryption_key, Rule.LEAF_ENCRYPTION_KEY_UNIQUE),
    ):
        leaf = replace(eve.own_leaf_node, leaf_node_source=UpdateSource(), encryption_key=key)
        made = sign_leaf_node(CRYPTO, SUITE, eve.signature_key, leaf, place)
        own = SenderMember(eve.own_leaf)
        proposal = ProposalContent(Update(made))
        content = FramedContent(eve.group_id, eve.epoch, own, b"", proposal)
        seen = receive(group, signed(eve, content, None))
        assert isinstance(seen, ProposalSeen)
        by_reference = Commit(
            (ProposalReference(seen.ref),), commit_of(crew.commit("carol").message).path
        )
        carol = crew["carol"]
        sender = SenderMember(carol.own_leaf)
        commit = FramedContent(carol.group_id, carol.epoch, sender, b"", by_reference)
        assert refused(seen.next, signed(carol, commit, b"tag")) is rule


def test_an_update_to_somebody_else_s_identity_is_not_even_remembered(crew: Crew) -> None:
    group, eve = watched(crew["alice"]), crew["bob"]
    stolen = replace(
        eve.own_leaf_node,
        encryption_key=CRYPTO.hpke_key_pair(SUITE).public_key,
        leaf_node_source=UpdateSource(),
        credential=crew["alice"].own_leaf_node.credential,
    )
    place = LeafPlace(eve.group_id, eve.own_leaf)
    leaf = sign_leaf_node(CRYPTO, SUITE, eve.signature_key, stolen, place)
    own = SenderMember(eve.own_leaf)
    content = FramedContent(eve.group_id, eve.epoch, own, b"", ProposalContent(Update(leaf)))
    assert refused(group, signed(eve, content, None)) is Rule.CREDENTIAL_SAME_CLIENT


def test_a_flood_of_proposals_is_bounded_until_the_next_commit(crew: Crew) -> None:
    group = watched(crew["alice"])
    made = propose_remove(CRYPTO, crew["bob"], crew.leaf("dave"))
    seen = receive(group, made.message)
    assert isinstance(seen, ProposalSeen)
    sent = seen.next.proposals[seen.ref]
    many = {number.to_bytes(4, "big"): sent for number in range(MAX_PROPOSALS)}
    full = replace(group, proposals=many)
    assert refused(full, made.message) is Rule.PROPOSALS_BOUNDED
    again = receive(replace(group, proposals=dict(list(many.items())[1:])), made.message)
    assert receive(again.next, made.message).next == again.next
    seen = receive(full, crew.commit("bob").message)
    assert not seen.next.proposals


def test_a_newcomer_nobody_vouches_for_does_not_propose_itself(crew: Crew) -> None:
    stranger = person("frank")
    REGISTRY.keys.discard((b"frank", stranger.keys.public_key))
    message = new_member_proposal(CRYPTO, crew["alice"].context, stranger.bundle(), now=NOW)
    group = watched(crew["alice"])
    assert refused(group, message) is Rule.CREDENTIAL_NOT_AUTHENTICATED


def test_a_member_cannot_update_another(crew: Crew) -> None:
    group, eve = watched(crew["alice"]), crew["bob"]
    body = unwrap(propose_update(CRYPTO, eve).message)
    assert isinstance(body, PublicMessage)
    as_carol = replace(body.content, sender=SenderMember(crew.leaf("carol")))
    assert refused(group, signed(eve, as_carol, None)) is Rule.CONTENT_SIGNATURE


def test_newcomers_and_outsiders_send_only_what_they_may(crew: Crew) -> None:
    group, eve = watched(crew["alice"]), crew["bob"]
    frank = person("frank")
    key = frank.keys.private_key
    add = propose_add(
        CRYPTO, eve, frank.bundle().key_package, authentication=REGISTRY, now=NOW
    ).message
    remove = propose_remove(CRYPTO, eve, crew.leaf("carol")).message
    commit = crew.commit("bob", Remove(crew.leaf("carol"))).message

    def sent(message: bytes, sender: object) -> bytes:
        return resigned(eve, message, lambda content: replace(content, sender=sender), key)  # type: ignore[arg-type]

    assert refused(group, sent(remove, SenderNewMemberProposal())) is Rule.NEW_MEMBER_PROPOSES_ADD
    assert refused(group, sent(add, SenderNewMemberCommit())) is Rule.NEW_MEMBER_COMMITS
    assert refused(group, sent(remove, SenderExternal(0))) is Rule.EXTERNAL_SENDER_KNOWN
    assert refused(group, sent(commit, SenderExternal(0))) is Rule.EXTERNAL_SENDER_PROPOSALS
    assert refused(group, sent(commit, SenderNewMemberCommit())) in {
        Rule.CONTENT_SIGNATURE,
        Rule.EXTERNAL_COMMIT_ONE_INIT,
    }
    seen = receive(group, sent(add, SenderNewMemberProposal()))
    assert isinstance(seen, ProposalSeen)
    assert isinstance(seen.sender, SenderNewMemberProposal)


def test_an_external_sender_proposes_with_its_key_only(crew: Crew) -> None:
    server = person("server")
    sender = ExternalSender(server.keys.public_key, server.credential)
    pending = crew.commit("alice", GroupContextExtensions((external_senders_extension((sender,)),)))
    crew.accept("alice", pending)
    group, eve = watched(crew["alice"]), crew["bob"]
    remove = propose_remove(CRYPTO, eve, crew.leaf("carol")).message

    def by(key: Secret) -> bytes:
        outside = SenderExternal(0)
        return resigned(eve, remove, lambda content: replace(content, sender=outside), key)

    assert isinstance(receive(group, by(server.keys.private_key)), ProposalSeen)
    assert refused(group, by(eve.signature_key)) is Rule.CONTENT_SIGNATURE


def test_an_external_commit_removes_only_an_older_self(crew: Crew) -> None:
    group = watched(crew["alice"])
    info = group_info(CRYPTO, crew["alice"])
    bob = crew.people["bob"].bundle()
    joined = join_external(
        CRYPTO,
        info,
        bob,
        ratchet_tree=group.tree_bytes(),
        resync=crew.leaf("bob"),
        authentication=REGISTRY,
        now=NOW,
    )
    seen = follow(group, joined.message, joined.group_info)
    assert names(seen, "removed") == names(seen, "added") == [b"bob"]
    commit = commit_of(joined.message)
    others = tuple(
        ProposalByValue(Remove(crew.leaf("carol")))
        if item == ProposalByValue(Remove(crew.leaf("bob")))
        else item
        for item in commit.proposals
    )
    key = bob.signature_private_key
    body = unwrap(joined.message)
    assert isinstance(body, PublicMessage)
    content = replace(body.content, content=replace(commit, proposals=others))
    forged = signed(crew["alice"], content, body.auth.confirmation_tag, key)
    assert refused(group, forged) is Rule.CREDENTIAL_SAME_CLIENT
    content = replace(body.content, content=replace(commit, path=None))
    pathless = signed(crew["alice"], content, body.auth.confirmation_tag, key)
    assert refused(group, pathless) is Rule.EXTERNAL_COMMIT_PATH


def test_of_two_commits_in_an_epoch_the_second_is_late(crew: Crew) -> None:
    group = watched(crew["alice"])
    first, second = crew.commit("bob"), crew.commit("carol")
    seen = receive(group, first.message)
    assert refused(seen.next, second.message) is Rule.EPOCH_CURRENT
    assert isinstance(receive(group, second.message), CommitSeen)


def test_a_stored_group_is_read_back_or_refused(crew: Crew) -> None:
    group = watched(crew["alice"])
    assert PublicGroup.decode(group.encode()) == group
    for wrong in (b"", b"\x02" + group.encode()[1:], group.encode()[:-1] + b"\x02"):
        with pytest.raises(DecodeError):
            PublicGroup.decode(wrong)


def test_signatures_are_checked_over_this_epoch_s_context(crew: Crew) -> None:
    group = watched(crew["alice"])
    body = unwrap(crew.commit("bob").message)
    assert isinstance(body, PublicMessage)
    bob = crew["bob"]
    elsewhere = replace(bob.context, extensions=(Extension(0xF123, b""),))
    tbs = framed_content_tbs(WireFormat.PUBLIC_MESSAGE, body.content, elsewhere)
    signature = sign_content(CRYPTO, SUITE, bob.signature_key, tbs)
    moved = replace(body, auth=replace(body.auth, signature=signature))
    with pytest.raises(CryptoError) as caught:
        receive(group, wrap(moved))
    assert caught.value.rule is Rule.CONTENT_SIGNATURE
    assert isinstance(body.authenticated(), AuthenticatedContent)
