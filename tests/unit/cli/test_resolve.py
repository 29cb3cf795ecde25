import pytest

from teamchat.cli import resolve
from teamchat.cli.failure import Failure
from tests.support.fake_account import DIRECT, LI, MARA, PROJECT, WEI, FakeAccount


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (PROJECT, PROJECT),
        ("werk shenzhen", PROJECT),
        ("shenz", PROJECT),
        ("wei", DIRECT),
        ("@wei", DIRECT),
        ("Wei Zhang", DIRECT),
    ],
)
def test_what_is_typed_is_understood(typed: str, meant: str) -> None:
    assert resolve.conversation(FakeAccount().as_account(), typed).id == meant


def test_what_could_be_several_is_not_guessed() -> None:
    with pytest.raises(Failure) as failure:
        resolve.conversation(FakeAccount().as_account(), PROJECT[:10])
    assert failure.value.key == "cli-several"
    for typed in ("", "we", "nobody", PROJECT[:3]):
        with pytest.raises(Failure) as failure:
            resolve.conversation(FakeAccount().as_account(), typed)
        assert failure.value.key == "cli-no-such-conversation"


@pytest.mark.parametrize("title", ["wei", "Wei", "weiter so"])
def test_a_title_never_stands_for_a_person(title: str) -> None:
    account = FakeAccount()
    account.rooms[PROJECT].title = title
    assert resolve.conversation(account.as_account(), "@wei").id == DIRECT
    assert resolve.conversation(account.as_account(), PROJECT).id == PROJECT
    if title.casefold() == "wei":
        with pytest.raises(Failure) as failure:
            resolve.conversation(account.as_account(), "wei")
        assert failure.value.key == "cli-title-or-person"
        assert failure.value.arguments == {"typed": "wei", "ids": PROJECT}
    else:
        assert resolve.conversation(account.as_account(), "wei").id == DIRECT


@pytest.mark.parametrize("title", ["mara", "Mara & Co"])
def test_nor_for_somebody_to_whom_nobody_has_written_yet(title: str) -> None:
    account = FakeAccount()
    account.rooms[PROJECT].title = title
    with pytest.raises(Failure) as failure:
        resolve.conversation(account.as_account(), "mara")
    assert failure.value.key == "cli-title-or-person"
    with pytest.raises(Failure) as failure:
        resolve.conversation(account.as_account(), "@mara")
    assert failure.value.key == "cli-no-such-conversation"


def test_what_is_behind_an_at_sign_is_no_title() -> None:
    account = FakeAccount()
    account.rooms[PROJECT].title = "it"
    assert resolve.conversation(account.as_account(), "it").id == PROJECT
    with pytest.raises(Failure, match="cli-no-such-conversation"):
        resolve.conversation(account.as_account(), "@it")


async def test_an_exact_name_goes_before_a_part_of_one() -> None:
    account = FakeAccount()
    account.rooms[DIRECT].direct = False
    account.rooms[DIRECT].title = "Werk"
    assert resolve.conversation(account.as_account(), "werk").id == DIRECT
    assert (await resolve.person(account.as_account(), "li")).id == LI.id
    assert (await resolve.person(account.as_account(), "mara keller")).id == MARA.id
    with pytest.raises(Failure, match="cli-no-such-person"):
        await resolve.person(account.as_account(), "zz")


def test_a_member_is_one_who_is_there() -> None:
    account = FakeAccount()
    project = resolve.conversation(account.as_account(), PROJECT)
    assert resolve.member(account.as_account(), project, "wei").person.id == WEI.id
    with pytest.raises(Failure, match="cli-no-such-member"):
        resolve.member(account.as_account(), project, "li")
