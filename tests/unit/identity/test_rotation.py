"""A person takes another identity key: the key before, the new one and a device have to say so."""

from dataclasses import replace
from itertools import pairwise

import pytest

from teamchat.identity import statements
from teamchat.identity.certificate import issue, vouch
from teamchat.identity.errors import IdentityError
from teamchat.identity.key_directory import KeyDirectory
from teamchat.identity.keys import IdentityKey
from teamchat.identity.statements import Added, Removed, Reset, Rotated, Statement
from tests.unit.identity.people import (
    ANNA,
    ANNAS_KEY,
    LAPTOP,
    LAPTOPS_KEY,
    PHONE,
    PHONES_KEY,
    WEI,
    WEIS_KEY,
)

DAY = "2026-11-21"
NEW_KEY = IdentityKey(bytes([9]) * 32)
LAPTOPS = issue(ANNAS_KEY, user=ANNA, device=LAPTOP, device_key=LAPTOPS_KEY.public, created=1)
ADD_LAPTOP = Added(ANNA, LAPTOP, LAPTOPS, DAY)
ROTATED = statements.rotate(ANNAS_KEY, NEW_KEY, LAPTOPS_KEY, user=ANNA, by=LAPTOP, day=DAY)


def after(*said: Statement) -> tuple[KeyDirectory, list[str]]:
    directory, told = KeyDirectory().after(map(statements.encode, said))
    return directory, [each.refused for each in told]


def test_the_key_is_another_one_and_the_devices_stay() -> None:
    directory, refused = after(ADD_LAPTOP, ROTATED)
    assert refused == ["", ""]
    keys = directory.people[ANNA]
    assert keys.identity_key == NEW_KEY.public
    assert keys.former == {ANNAS_KEY.public}
    assert directory.lists(LAPTOPS)
    assert directory.certificate_of(LAPTOPS) is not None


def test_what_the_old_key_signs_later_counts_no_more() -> None:
    by_old = issue(ANNAS_KEY, user=ANNA, device=PHONE, device_key=PHONES_KEY.public, created=2)
    by_new = issue(NEW_KEY, user=ANNA, device=PHONE, device_key=PHONES_KEY.public, created=2)
    _, refused = after(ADD_LAPTOP, ROTATED, Added(ANNA, PHONE, by_old, DAY))
    assert refused[2]
    _, refused = after(ADD_LAPTOP, ROTATED, Added(ANNA, PHONE, by_new, DAY))
    assert refused[2] == ""
    for key, counts in ((NEW_KEY, True), (ANNAS_KEY, False)):
        vouched = vouch(
            LAPTOPS_KEY, by=LAPTOP, user=ANNA, identity_key=key.public, device=PHONE,
            device_key=PHONES_KEY.public, created=2,
        )  # fmt: skip
        _, refused = after(ADD_LAPTOP, ROTATED, Added(ANNA, PHONE, vouched, DAY))
        assert (refused[2] == "") is counts


@pytest.mark.parametrize("part", ["former", "new", "signature"])
def test_each_of_the_three_has_to_sign(part: str) -> None:
    others = statements.rotate(WEIS_KEY, NEW_KEY, PHONES_KEY, user=ANNA, by=LAPTOP, day=DAY)
    forged = replace(ROTATED, **{part: getattr(others, part)})
    directory, refused = after(ADD_LAPTOP, forged)
    assert refused[1]
    assert directory.people[ANNA].identity_key == ANNAS_KEY.public


def test_it_is_for_this_person_and_this_device_of_now() -> None:
    for wrong in (replace(ROTATED, user=WEI), replace(ROTATED, by=PHONE)):
        assert after(ADD_LAPTOP, wrong)[1][1]
    assert after(ROTATED)[1][0]
    _, refused = after(ADD_LAPTOP, Removed(ANNA, LAPTOP, DAY), ROTATED)
    assert refused[2]


def test_a_key_that_was_theirs_never_comes_back() -> None:
    back = statements.rotate(NEW_KEY, ANNAS_KEY, LAPTOPS_KEY, user=ANNA, by=LAPTOP, day=DAY)
    assert after(ADD_LAPTOP, ROTATED, back)[1] == ["", "", back_refused()]
    old = issue(ANNAS_KEY, user=ANNA, device=PHONE, device_key=PHONES_KEY.public, created=2)
    assert after(ADD_LAPTOP, ROTATED, Reset(ANNA, PHONE, old, DAY))[1][2]
    assert after(ADD_LAPTOP, ROTATED, ROTATED)[1][2]
    with pytest.raises(IdentityError):
        statements.rotate(NEW_KEY, NEW_KEY, LAPTOPS_KEY, user=ANNA, by=LAPTOP, day=DAY)


def back_refused() -> str:
    return "a rotation brings a new identity key"


def test_signatures_do_not_print() -> None:
    assert isinstance(ROTATED, Rotated)
    assert repr(ROTATED.former) not in repr(ROTATED)


def test_what_was_vouched_for_under_one_of_many_keys_keeps_its_worth() -> None:
    vouched = vouch(
        LAPTOPS_KEY, by=LAPTOP, user=ANNA, identity_key=ANNAS_KEY.public, device=PHONE,
        device_key=PHONES_KEY.public, created=2,
    )  # fmt: skip
    said: list[Statement] = [ADD_LAPTOP, Added(ANNA, PHONE, vouched, DAY)]
    keys = [ANNAS_KEY, *(IdentityKey(bytes([n]) * 32) for n in range(100, 140))]
    for old, new in pairwise(keys):
        said.append(statements.rotate(old, new, LAPTOPS_KEY, user=ANNA, by=LAPTOP, day=DAY))
    whole, refused = after(*said)
    assert set(refused) == {""}
    parts = KeyDirectory()
    for each in said:
        before = parts
        parts, _ = before.after([statements.encode(each)])
        assert before.size + 1 == parts.size
    assert parts.people == whole.people
    assert whole.people[ANNA].renewed == {each.public for each in keys[:-1]}
    proven = whole.certificate_of(vouched)
    assert proven is not None
    assert proven.identity_key == ANNAS_KEY.public


def test_what_was_read_before_stays_as_it_was() -> None:
    before, _ = after(ADD_LAPTOP)
    gone = statements.encode(Removed(ANNA, LAPTOP, DAY))
    then, _ = before.after([statements.encode(ROTATED), gone])
    assert before.people[ANNA].identity_key == ANNAS_KEY.public
    assert before.lists(LAPTOPS)
    assert not then.lists(LAPTOPS)
