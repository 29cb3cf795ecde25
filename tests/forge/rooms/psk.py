"""Groups made of other groups: what a newcomer checks (RFC 9420 §8.6, §11.2, §11.3)."""

from dataclasses import replace

from teamchat.mls.crypto import Secret, cipher_suite
from teamchat.mls.extensions import external_senders_extension
from teamchat.mls.group import GroupState, branch, reinitialize, restore
from teamchat.mls.group.pending import PendingCommit
from teamchat.mls.key_package import KeyPackageBundle
from teamchat.mls.messages.proposals import ReInit
from teamchat.mls.rules import Rule
from teamchat.mls.schedule.key_names import PreSharedKeyID, ResumptionPSKID, ResumptionPSKUsage
from teamchat.mls.tree import RatchetTree
from tests.forge.corpus import NOW, Room, Valid, Value
from tests.forge.inviting import Host, Ruse, invitation
from tests.forge.rooms.joining import Flat, joined
from tests.forge.seeded import SeededCrypto
from tests.forge.stages import Stages, spoken
from tests.forge.troupe import Person, Troupe
from tests.forge.world import Docket, processed

REINIT, BRANCH = ResumptionPSKUsage.REINIT, ResumptionPSKUsage.BRANCH
NEXT = ReInit(b"the next group", 1, 1, ())


def fill(room: Room, stages: Stages) -> None:
    """Write the cases of this room."""
    _branches(room, stages)
    _reinits(room, stages)


def _members(troupe: Troupe, *names: str) -> dict[str, KeyPackageBundle]:
    return {name: troupe.people[name].bundle() for name in names}


def _tree(*bundles: KeyPackageBundle) -> RatchetTree:
    tree = RatchetTree([bundles[0].key_package.leaf_node])
    for bundle in bundles[1:]:
        tree, _ = tree.add_leaf(bundle.key_package.leaf_node)
    return tree


def _resumption(
    usage: ResumptionPSKUsage, old: GroupState, epoch: int | None = None
) -> tuple[PreSharedKeyID, Secret]:
    key = ResumptionPSKID(usage, old.group_id, old.epoch if epoch is None else epoch, bytes(32))
    return key, old.secrets.resumption_psk


def _valid(old: str, pending: PendingCommit) -> Valid:
    assert pending.welcome is not None
    agreed: dict[str, Value] = {
        "kind": "joined",
        "epoch": pending.next.epoch,
        "epoch_authenticator": pending.next.epoch_authenticator.reveal(),
    }
    beside: dict[str, Value] = {"ratchet_tree": pending.ratchet_tree, "old_groups": [old]}
    return Valid(operation="join", input={"welcome": pending.welcome, **beside}, gives=agreed)


def _branches(room: Room, stages: Stages) -> None:
    """A branch of a group of three, into which Alice invites Bob."""
    town = stages.world.town
    troupe = Troupe.founded(town, "parent", "alice", "bob", "carol")
    troupe.settle("bob")
    old = troupe["bob"]
    stages.world.member("parent", old, spoken(troupe, "parent", "alice", "bob"))
    own = _members(troupe, "alice", "bob", "carol")
    crypto = SeededCrypto("branch")
    pending = branch(
        crypto, troupe["alice"], b"a branch", own["alice"], [own["bob"].key_package],
        authentication=town.registry, now=NOW,
    )  # fmt: skip
    valid = _valid("parent", pending)
    scene = stages.world.newcomer("branched", [own["bob"]], [valid])
    docket = Docket(room, scene, "join", "welcome", "psk-branch-")
    tree = _tree(own["alice"], own["bob"])
    stranger = town.person("stranger to parent").bundle()
    host = Host(
        suite=old.suite, tree=tree, signer=0, key=own["alice"].signature_private_key,
        group_id=b"a branch",
    )  # fmt: skip
    key = _resumption(BRANCH, old)
    wide = replace(host, tree=_tree(own["alice"], own["bob"], stranger))
    knows: list[str] = ["parent"]
    listed: dict[str, tuple[Host, Ruse, Rule, str, list[str]]] = {
        "stranger": (wide, Ruse(psks=[key]), Rule.BRANCH_SUBSET,
                     "A branch has a member that its group has not.", knows),
        "epoch": (replace(host, epoch=2), Ruse(psks=[key]), Rule.WELCOME_FIRST_EPOCH,
                  "A branch begins with epoch 2.", knows),
        "epoch-0": (replace(host, epoch=0), Ruse(psks=[key]), Rule.WELCOME_FIRST_EPOCH,
                    "A branch begins with epoch 0.", knows),
        "old-group-unknown": (host, Ruse(psks=[key]), Rule.PSK_AVAILABLE,
                              "A branch of a group that we do not know.", []),
        "old-epoch-unknown": (host, Ruse(psks=[_resumption(BRANCH, old, old.epoch + 9)]),
                              Rule.PSK_AVAILABLE, "A branch of an epoch that we do not know.",
                              knows),
        "two-origins": (host, Ruse(psks=[key, _resumption(REINIT, old)]),
                        Rule.WELCOME_ONE_ORIGIN,
                        "A group says that it is a branch and a successor.", knows),
        "two-branches": (
            host, Ruse(psks=[key, (replace(key[0], psk_nonce=b"\1" * 32), key[1])]),
            Rule.WELCOME_ONE_ORIGIN, "A group says twice that it is a branch.", knows),
        "nonce-short": (host, Ruse(psks=[(replace(key[0], psk_nonce=bytes(5)), key[1])]),
                        Rule.PSK_NONCE_LENGTH, "The nonce of a branch's key is short.", knows),
    }  # fmt: skip
    for name, (where, ruse, rule, what, groups) in listed.items():
        welcome = invitation(SeededCrypto(f"branch {name}"), where, own["bob"], ruse)
        docket.refuse(name, rule, what, welcome,
                      more={"ratchet_tree": where.tree.encode(), "old_groups": groups})  # fmt: skip
    _other_suite(room, stages, troupe)


def _other_suite(room: Room, stages: Stages, troupe: Troupe) -> None:
    """A branch of another suite: all of it sound but that its group has suite 1."""
    suite = cipher_suite(3)
    people = {name: _as(troupe.people[name], 3) for name in ("alice", "bob")}
    bundles = {name: person.bundle() for name, person in people.items()}
    tree = _tree(bundles["alice"], bundles["bob"])
    old = troupe["bob"]
    host = Host(
        suite=suite, tree=tree, signer=0, key=bundles["alice"].signature_private_key,
        group_id=b"a branch",
    )  # fmt: skip
    crypto = SeededCrypto("other suite")
    plain: dict[str, Value] = {"ratchet_tree": tree.encode(), "old_groups": ["parent"]}
    good = invitation(crypto, host, bundles["bob"])
    flat = Flat("branched-chacha", {}, {"us": bundles["bob"]}, host)
    scene = stages.world.newcomer(
        "branched-chacha", [bundles["bob"]], [joined(flat, good, tree.encode())]
    )
    welcome = invitation(crypto, host, bundles["bob"], Ruse(psks=[_resumption(BRANCH, old)]))
    Docket(room, scene, "join", "welcome", "psk-branch-").refuse(
        "other-suite", Rule.BRANCH_WELCOME_MATCHES, "A branch has another suite than its group.",
        welcome, more=plain,
    )  # fmt: skip


def _as(person: Person, suite: int) -> Person:
    return replace(
        person, suite=cipher_suite(suite), crypto=SeededCrypto(f"{suite:04x} {person.credential}")
    )


def _reinits(room: Room, stages: Stages) -> None:
    """A group of three that is replaced, and of which Alice makes the next."""
    town = stages.world.town
    troupe = Troupe.founded(town, "ended", "alice", "bob", "carol")
    last = troupe.write("carol", b"last words")
    troupe.accept("alice", troupe.commit("alice", NEXT))
    old = troupe["bob"]
    stages.world.member("ended", old, [processed(troupe, "bob", last)])
    own = _members(troupe, "alice", "bob", "carol")
    pending = reinitialize(
        SeededCrypto("reinit"), troupe["alice"], own["alice"],
        [own["bob"].key_package, own["carol"].key_package],
        authentication=town.registry, now=NOW,
    )  # fmt: skip
    scene = stages.world.newcomer("succeeding", [own["bob"]], [_valid("ended", pending)])
    docket = Docket(room, scene, "join", "welcome", "psk-reinit-")
    host = Host(
        suite=old.suite, tree=_tree(own["alice"], own["bob"], own["carol"]), signer=0,
        key=own["alice"].signature_private_key, group_id=NEXT.group_id,
    )  # fmt: skip
    key = _resumption(REINIT, old)
    few = replace(host, tree=_tree(own["alice"], own["bob"]))
    lonely = external_senders_extension(())
    matches = Rule.REINIT_WELCOME_MATCHES
    listed: dict[str, tuple[Host, Ruse, Rule, str]] = {
        "member-missing": (few, Ruse(psks=[key]), Rule.REINIT_SAME_MEMBERS,
                           "A successor leaves a member out."),
        "group-id": (replace(host, group_id=b"another group"), Ruse(psks=[key]), matches,
                     "A successor has another name than was announced."),
        "epoch": (replace(host, epoch=2), Ruse(psks=[key]), Rule.WELCOME_FIRST_EPOCH,
                  "A successor begins with epoch 2."),
        "extensions": (replace(host, extensions=(lonely,)), Ruse(psks=[key]), matches,
                       "A successor has another extension than was announced."),
        "past-epoch": (host, Ruse(psks=[_past(old)]), matches,
                       "A successor is made of an epoch before the ReInit."),
    }  # fmt: skip
    for name, (where, ruse, rule, what) in listed.items():
        welcome = invitation(SeededCrypto(f"reinit {name}"), where, own["bob"], ruse)
        docket.refuse(
            name,
            rule,
            what,
            welcome,
            more={"ratchet_tree": where.tree.encode(), "old_groups": ["ended"]},
        )
    _not_announced(docket, stages, own)


def _past(old: GroupState) -> tuple[PreSharedKeyID, Secret]:
    past = old.past[-1]
    key = ResumptionPSKID(REINIT, old.group_id, past.context.epoch, bytes(32))
    return key, past.resumption_psk


def _not_announced(docket: Docket, stages: Stages, own: dict[str, KeyPackageBundle]) -> None:
    """A group that goes on says nothing of a successor."""
    parent = stages.world.scenes["parent"].holds["parts"]
    old = restore(parent)  # type: ignore[arg-type]
    host = Host(
        suite=old.suite, tree=_tree(own["alice"], own["bob"], own["carol"]), signer=0,
        key=own["alice"].signature_private_key, group_id=NEXT.group_id,
    )  # fmt: skip
    welcome = invitation(
        SeededCrypto("not announced"), host, own["bob"], Ruse(psks=[_resumption(REINIT, old)])
    )
    docket.refuse("not-announced", Rule.REINIT_WELCOME_MATCHES,
                  "A successor of a group that has not ended.", welcome,
                  more={"ratchet_tree": host.tree.encode(), "old_groups": ["parent"]})  # fmt: skip
