from teamchat.identity import statements
from teamchat.identity.certificate import issue
from teamchat.identity.key_directory import KeyDirectory
from teamchat.identity.keys import DeviceKey, IdentityKey
from teamchat.identity.statements import Added, Begun, Custodians, Removed, Reset, Statement
from teamchat.ids import DeviceId, UserId, identifier
from tests.unit.identity.people import (
    ANNA,
    ANNAS_KEY,
    LAPTOP,
    LAPTOPS_KEY,
    PHONE,
    PHONES_KEY,
    TABLET,
    TABLETS_KEY,
    WEI,
    WEIS_KEY,
)

DAY = "2026-11-21"
NEW_KEY = IdentityKey(bytes([9]) * 32)


def certified(
    user: UserId, identity: IdentityKey, device: DeviceId, key: DeviceKey, created: int = 1
) -> bytes:
    return issue(identity, user=user, device=device, device_key=key.public, created=created)


ANNAS_LAPTOP = certified(ANNA, ANNAS_KEY, LAPTOP, LAPTOPS_KEY)
ANNAS_PHONE = certified(ANNA, ANNAS_KEY, PHONE, PHONES_KEY)
ADD_LAPTOP = Added(ANNA, LAPTOP, ANNAS_LAPTOP, DAY)
ADD_PHONE = Added(ANNA, PHONE, ANNAS_PHONE, DAY)


def after(*said: Statement) -> tuple[KeyDirectory, list[str]]:
    directory, told = KeyDirectory().after(statements.encode(each) for each in said)
    assert [each.index for each in told] == list(range(len(said)))
    return directory, [each.refused for each in told]


def removal(device: DeviceId, by: DeviceId, key: DeviceKey, user: UserId = ANNA) -> Removed:
    signature = statements.sign_removal(key, user=user, device=device, by=by)
    return Removed(user, device, DAY, by, signature)


def test_the_first_device_brings_the_identity_key_and_further_ones_have_the_same() -> None:
    directory, refused = after(ADD_LAPTOP, ADD_PHONE)
    assert refused == ["", ""]
    assert directory.size == 2
    assert directory.people[ANNA].identity_key == ANNAS_KEY.public
    assert directory.lists(ANNAS_LAPTOP)
    assert directory.lists(ANNAS_PHONE)
    assert not directory.lists(certified(ANNA, ANNAS_KEY, TABLET, TABLETS_KEY))
    assert not directory.lists(certified(ANNA, ANNAS_KEY, LAPTOP, LAPTOPS_KEY, created=2))
    assert not directory.lists(b"no certificate")


def test_another_identity_key_is_no_further_device() -> None:
    ghost = certified(ANNA, NEW_KEY, PHONE, PHONES_KEY)
    directory, refused = after(ADD_LAPTOP, Added(ANNA, PHONE, ghost, DAY))
    assert refused[1]
    assert not directory.lists(ghost)
    assert directory.size == 2


def test_a_certificate_with_a_wrong_signature_or_for_somebody_else_is_refused() -> None:
    forged = bytearray(ANNAS_PHONE)
    forged[-1] ^= 1
    for bad in (
        Added(ANNA, PHONE, bytes(forged), DAY),
        Added(WEI, PHONE, ANNAS_PHONE, DAY),
        Added(ANNA, TABLET, ANNAS_PHONE, DAY),
    ):
        directory, refused = after(ADD_LAPTOP, bad)
        assert refused[1]
        assert not directory.has_listed(ANNAS_PHONE)


def test_a_device_and_its_key_are_used_once_by_one_person() -> None:
    same_device = certified(WEI, WEIS_KEY, LAPTOP, PHONES_KEY)
    same_key = certified(WEI, WEIS_KEY, PHONE, LAPTOPS_KEY)
    _, refused = after(
        ADD_LAPTOP,
        Added(WEI, LAPTOP, same_device, DAY),
        Added(WEI, PHONE, same_key, DAY),
        ADD_LAPTOP,
        Removed(ANNA, LAPTOP, DAY),
        ADD_LAPTOP,
    )
    assert [bool(each) for each in refused] == [False, True, True, True, False, True]


def test_a_removed_device_was_listed_and_is_no_more() -> None:
    directory, refused = after(ADD_LAPTOP, ADD_PHONE, Removed(ANNA, PHONE, DAY))
    assert refused[2] == ""
    assert not directory.lists(ANNAS_PHONE)
    assert directory.has_listed(ANNAS_PHONE)
    assert directory.lists(ANNAS_LAPTOP)


def test_only_a_device_of_the_person_signs_for_a_removal() -> None:
    weis = Added(WEI, TABLET, certified(WEI, WEIS_KEY, TABLET, TABLETS_KEY), DAY)
    said = (ADD_LAPTOP, ADD_PHONE, weis)
    assert after(*said, removal(PHONE, LAPTOP, LAPTOPS_KEY))[1][3] == ""
    assert after(*said, removal(PHONE, PHONE, PHONES_KEY))[1][3] == ""
    assert after(*said, removal(PHONE, LAPTOP, PHONES_KEY))[1][3]
    assert after(*said, removal(PHONE, TABLET, TABLETS_KEY))[1][3]
    assert after(*said, removal(PHONE, PHONE, PHONES_KEY, WEI))[1][3]
    ended = (*said, Removed(ANNA, LAPTOP, DAY))
    assert after(*ended, removal(PHONE, LAPTOP, LAPTOPS_KEY))[1][4]
    assert after(*ended, Removed(ANNA, LAPTOP, DAY))[1][4]
    assert after(*said, Removed(WEI, PHONE, DAY))[1][3]


def test_a_reset_ends_every_device_and_brings_a_key_that_was_never_theirs() -> None:
    anew = certified(ANNA, NEW_KEY, TABLET, TABLETS_KEY)
    directory, refused = after(ADD_LAPTOP, ADD_PHONE, Reset(ANNA, TABLET, anew, DAY))
    assert refused[2] == ""
    keys = directory.people[ANNA]
    assert keys.identity_key == NEW_KEY.public
    assert keys.former == {ANNAS_KEY.public}
    assert [device for device, each in keys.devices.items() if not each.ended] == [TABLET]
    assert directory.lists(anew)
    assert not directory.lists(ANNAS_LAPTOP)


def test_a_reset_is_of_somebody_and_to_another_key() -> None:
    anew = Reset(ANNA, TABLET, certified(ANNA, NEW_KEY, TABLET, TABLETS_KEY), DAY)
    assert after(anew)[1][0]
    assert after(ADD_LAPTOP, Reset(ANNA, PHONE, ANNAS_PHONE, DAY))[1][1]
    assert after(ADD_LAPTOP, anew, Reset(ANNA, PHONE, ANNAS_PHONE, DAY))[1] == [
        "", "", "a reset brings a new identity key",
    ]  # fmt: skip


def test_a_log_begins_at_its_beginning() -> None:
    begun = Begun("the old checkpoint", DAY)
    assert after(begun, ADD_LAPTOP)[1] == ["", ""]
    assert after(ADD_LAPTOP, begun)[1][1]


def test_what_is_no_entry_counts_and_changes_nothing() -> None:
    directory, told = KeyDirectory().after([b"noise", statements.encode(ADD_LAPTOP)])
    assert directory.size == 2
    assert told[0].statement is None
    assert told[0].refused
    assert directory.people[ANNA].devices[LAPTOP].index == 1


def test_a_directory_is_a_value_and_is_the_same_when_it_was_stored() -> None:
    before, _ = after(ADD_LAPTOP)
    ended, _ = before.after([statements.encode(Removed(ANNA, LAPTOP, DAY))])
    assert before.lists(ANNAS_LAPTOP)
    assert not ended.lists(ANNAS_LAPTOP)
    stored = KeyDirectory.of(ended.size, ended.people)
    assert stored.size == 2
    further, told = stored.after([statements.encode(ADD_LAPTOP), statements.encode(ADD_PHONE)])
    assert [bool(each.refused) for each in told] == [True, False]
    assert further.lists(ANNAS_PHONE)


def test_custodians_are_those_who_were_appointed_last() -> None:
    first, second, none = (
        Custodians(identifier(bytes([n]) * 16), people, threshold, DAY)
        for n, people, threshold in ((1, (ANNA, WEI), 2), (2, (ANNA, WEI), 2), (3, (), 0))
    )
    assert after()[0].custodians is None
    assert after(first)[0].custodians == first
    assert after(first, second)[0].custodians == second
    directory, refused = after(first, none)
    assert (directory.custodians, refused) == (None, ["", ""])
    assert directory.sets == {first.which, none.which}


def test_a_set_of_custodians_never_comes_back() -> None:
    first, second, none = (
        Custodians(identifier(bytes([n]) * 16), people, threshold, DAY)
        for n, people, threshold in ((1, (ANNA, WEI), 2), (2, (ANNA, WEI), 2), (3, (), 0))
    )
    directory, refused = after(none, first, second, first)
    assert directory.custodians == second
    assert [bool(each) for each in refused] == [True, False, False, True]
    stored = KeyDirectory.of(4, directory.people, directory.custodians, directory.sets)
    again, told = stored.after([statements.encode(first)])
    assert (again.custodians, bool(told[0].refused)) == (second, True)
