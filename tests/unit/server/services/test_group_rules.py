from dataclasses import replace

import pytest

from teamchat.ids import DeviceId, UserId
from teamchat.server.services import group_rules
from teamchat.server.services.group_changes import (
    Add,
    Change,
    Leaf,
    NotAllowedError,
    Reconfigure,
    Remove,
    Renew,
    Unwanted,
    Wish,
)
from teamchat.server.services.group_rules import Situation
from teamchat.wire.bodies import ConversationKind, MemberRole
from teamchat.wire.frames import Kind
from teamchat.wire.limits import LEAVES, MEMBERS


def leaf(person: str, device: str = "laptop") -> Leaf:
    return Leaf(UserId(person), DeviceId(f"{person} {device}"), f"{person} {device}".encode())


ADMIN, BOB, CAROL, EVE = leaf("admin"), leaf("bob"), leaf("carol"), leaf("eve")
PHONE = leaf("bob", "phone")
ENDED = leaf("carol", "ended")
MOST = 3
CURRENT = {ADMIN, BOB, CAROL, EVE, PHONE}
ROLES = {
    ADMIN.user: MemberRole.ADMIN,
    BOB.user: MemberRole.MEMBER,
    CAROL.user: MemberRole.MEMBER,
}
GROUP = Situation(
    ConversationKind.GROUP,
    ROLES,
    lambda each: each in CURRENT,
    lambda which: which == ENDED.device,
    MOST,
)
ABSENT = replace(GROUP, is_absent=lambda user: user == BOB.user)
DIRECT = replace(
    GROUP,
    kind=ConversationKind.DIRECT,
    roles={ADMIN.user: MemberRole.ADMIN, BOB.user: MemberRole.MEMBER},
)


def change(
    author: Leaf,
    *wishes: Wish,
    by: Leaf | None = None,
    joins: bool = False,
    kind: Kind = Kind.COMMIT,
    leaves: tuple[Leaf, ...] = (),
) -> Change:
    return Change(
        kind=kind,
        author=author,
        joins=joins,
        wishes=tuple((by or author, wish) for wish in wishes),
        leaves=leaves,
        epoch=1,
        public_group=b"",
        tree=b"",
        welcomes={},
    )


def own(count: int) -> tuple[Leaf, ...]:
    return tuple(leaf("bob", str(each)) for each in range(count))


CROWD = tuple(leaf(str(each)) for each in range(MEMBERS + 1))
FORGED = replace(BOB, certificate=b"another")


@pytest.mark.parametrize(
    ("wanted", "situation", "words"),
    [
        (change(EVE), GROUP, "not a member"),
        (change(EVE, Remove(EVE), joins=True), GROUP, "not a member"),
        (change(FORGED), GROUP, "the author's certificate"),
        (change(ENDED), GROUP, "the author's certificate"),
        (change(BOB, Add(EVE, b"")), GROUP, "only an admin adds"),
        (change(BOB, Add(CAROL, b"")), GROUP, "only an admin adds"),
        (change(ADMIN, Add(EVE, b""), by=BOB), GROUP, "only an admin adds"),
        (change(ADMIN, Add(FORGED, b"")), GROUP, "the added certificate"),
        (change(ADMIN, Add(ENDED, b"")), GROUP, "the added certificate"),
        (change(BOB, Remove(CAROL)), GROUP, "only an admin removes"),
        (change(BOB, Remove(ADMIN)), GROUP, "only an admin removes"),
        (change(ADMIN, Remove(CAROL), by=BOB), GROUP, "only an admin removes"),
        (change(PHONE, joins=True), ABSENT, "has to take this device in"),
        (change(CAROL, Add(EVE, b"")), ABSENT, "only an admin adds"),
        (
            change(BOB, Remove(ENDED), kind=Kind.PROPOSAL, leaves=(CAROL, ENDED)),
            GROUP,
            "only an admin removes",
        ),
        (change(ADMIN, Remove(CAROL), kind=Kind.PROPOSAL), GROUP, "but to leave"),
        (change(BOB, Add(PHONE, b""), kind=Kind.PROPOSAL), GROUP, "but to leave"),
        (change(BOB, Renew(BOB), kind=Kind.PROPOSAL), GROUP, "but to leave"),
        (change(ADMIN, Reconfigure(), kind=Kind.PROPOSAL), GROUP, "but to leave"),
        (change(ADMIN, Add(BOB, b""), leaves=own(2 * MOST + 1)), GROUP, "old devices"),
        (change(PHONE, joins=True, leaves=own(2 * MOST + 1)), GROUP, "old devices"),
        (change(PHONE, Remove(BOB), kind=Kind.PROPOSAL), DIRECT, "nobody leaves"),
        (change(ADMIN, Add(BOB, b""), leaves=(CAROL,) * (LEAVES + 1)), GROUP, "at most"),
        (change(PHONE, joins=True, leaves=(CAROL,) * (LEAVES + 1)), GROUP, "at most"),
        (change(ADMIN, Add(BOB, b""), leaves=CROWD), GROUP, "at most"),
        (change(BOB, Renew(FORGED)), GROUP, "the new leaf's certificate"),
        (change(BOB, Reconfigure()), GROUP, "only an admin changes"),
        (change(ADMIN, Reconfigure(), by=BOB), GROUP, "only an admin changes"),
        (change(ADMIN, Unwanted("ReInit")), GROUP, "not used here: ReInit"),
        (change(ADMIN, Remove(BOB), joins=True), GROUP, "who joins removes nothing"),
        (change(PHONE, Remove(BOB), joins=True), GROUP, "who joins removes nothing"),
        (change(ADMIN, Add(EVE, b"")), DIRECT, "only an admin adds"),
        (change(ADMIN, Remove(BOB)), DIRECT, "only an admin removes"),
        (change(ADMIN, Reconfigure()), DIRECT, "only an admin changes"),
        (change(BOB, Remove(BOB), kind=Kind.PROPOSAL), DIRECT, "nobody leaves"),
    ],
)
def test_what_is_not_allowed(wanted: Change, situation: Situation, words: str) -> None:
    with pytest.raises(NotAllowedError, match=words):
        group_rules.check(wanted, situation)


@pytest.mark.parametrize(
    ("wanted", "situation"),
    [
        (change(BOB), GROUP),
        (change(ADMIN, Add(EVE, b""), Remove(CAROL), Reconfigure()), GROUP),
        (change(BOB, Add(PHONE, b"")), GROUP),
        (change(BOB, Remove(PHONE)), GROUP),
        (change(BOB, Renew(BOB)), GROUP),
        (change(BOB, Remove(ENDED), leaves=(BOB, CAROL)), GROUP),
        (change(BOB, Remove(ENDED)), GROUP),
        (change(BOB, Remove(ENDED), leaves=(BOB,)), DIRECT),
        (change(CAROL, Add(PHONE, b"")), ABSENT),
        (change(PHONE, joins=True), replace(ABSENT, kind=ConversationKind.DIRECT)),
        (change(ADMIN, Remove(ENDED)), GROUP),
        (change(ADMIN, Add(BOB, b""), leaves=CROWD[1:]), GROUP),
        (change(BOB, leaves=CROWD), GROUP),
        (change(ADMIN, Add(BOB, b""), leaves=own(2 * MOST)), GROUP),
        (change(ADMIN, Add(CAROL, b""), leaves=own(2 * MOST + 1)), GROUP),
        (change(BOB, Remove(BOB), leaves=own(2 * MOST + 1)), GROUP),
        (change(BOB, Add(EVE, b""), by=ADMIN), GROUP),
        (change(BOB, Remove(CAROL), by=CAROL), GROUP),
        (change(BOB, Remove(BOB), joins=True), GROUP),
        (change(BOB, Remove(BOB), kind=Kind.PROPOSAL), GROUP),
        (change(ADMIN, Add(PHONE, b"")), DIRECT),
        (change(BOB, Remove(PHONE)), DIRECT),
    ],
)
def test_what_is_allowed(wanted: Change, situation: Situation) -> None:
    group_rules.check(wanted, situation)


def test_who_may_not_add_is_told_before_more_is_known() -> None:
    for author, leaves, words in (
        (EVE, [], "not a member"),
        (BOB, [PHONE, EVE], "only an admin adds"),
        (ADMIN, [BOB, FORGED], "the added certificate"),
    ):
        with pytest.raises(NotAllowedError, match=words):
            group_rules.check_additions(author, leaves, GROUP)
    group_rules.check_additions(ADMIN, [PHONE, EVE], GROUP)
