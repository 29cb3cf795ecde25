"""The way in for who has lost everything, with the custodians' help."""

import pytest

from teamchat.client.errors import AccountError
from teamchat_terminal.screens.step import ListStep
from tests.support.fake_account import JONAS, KNOWN_KEY, LI, MARA, FakeRecovery
from tests.support.fake_custody import CODE, FakeCustody
from tests.support.fake_entrance import PASSWORD, WORDS, FakeEntrance
from tests.terminal.stage import NOW_MS, Stage, StagedAccount, compare, fill, on_stage, prove

PASSPHRASE = "eins zwei drei"
WHO = ("https://chat.example", "anna", PASSWORD)


def door() -> FakeEntrance:
    """Anna has entrusted her words to three people."""
    custody = FakeCustody(MARA, JONAS, LI, now=NOW_MS // 1000, recovery_key=KNOWN_KEY)
    return FakeEntrance(custody=custody)


async def to_the_offer(stage: Stage) -> None:
    await stage.press("end", "enter")
    await fill(stage, *WHO)
    await stage.until("custodians can help you")


async def test_the_code_is_shown_and_it_goes_on_by_itself() -> None:
    entrance = door()
    async with on_stage(entrance=entrance, passphrase=PASSPHRASE, size=(80, 24)) as stage:
        await to_the_offer(stage)
        assert "Mara" in stage.said()
        await stage.press("enter")
        await stage.until(CODE)
        assert "2 custodians have agreed; 2 have to" in stage.said()
        assert "Read this code to each of them, and to nobody else" in stage.said()
        entrance.answered.set()
        await stage.until("A passphrase for this device")
        await fill(stage, PASSPHRASE, PASSPHRASE)
        await stage.until("Your recovery words have been opened")
        assert entrance.calls == [
            ("ask_custodians", *WHO),
            ("login", *WHO, PASSPHRASE),
            ("words", WORDS),
            ("forget_custodians",),
        ]


async def come_back(stage: Stage) -> None:
    """Be helped, as far as the question for other words."""
    await to_the_offer(stage)
    await stage.press("enter")
    await fill(stage, PASSPHRASE, PASSPHRASE)
    await stage.until("Your recovery words have been opened")


def back() -> StagedAccount:
    """An account whose words are those that the custodians give."""
    account = StagedAccount()
    account.recovery.WORDS = WORDS
    return account


async def test_other_words_are_taken_at_once_and_the_opened_ones_are_not_asked_for() -> None:
    entrance, account = door(), back()
    entrance.answered.set()
    async with on_stage(entrance=entrance, passphrase=PASSPHRASE, account=account) as stage:
        await come_back(stage)
        await stage.press("enter")
        await stage.until("They are on paper")
        await stage.press("enter")
        await prove(stage, FakeRecovery.NEW_WORDS.split())
        await stage.until("Your new words count")
        assert "Nothing is entrusted to the custodians any more" in stage.said()
        assert account.recovery.renewed
        await stage.press("enter")
        await stage.until("Fetch earlier messages?")


async def test_who_does_it_later_gets_the_words_to_write_down() -> None:
    entrance, account = door(), back()
    entrance.answered.set()
    async with on_stage(entrance=entrance, passphrase=PASSPHRASE, account=account) as stage:
        await come_back(stage)
        await stage.press("right", "enter")
        await stage.until(WORDS.split()[15])
        assert not account.recovery.renewed
        await stage.press("enter")
        await stage.until("Fetch earlier messages?")


async def test_who_leaves_while_waiting_goes_on_later_with_the_password_alone() -> None:
    entrance = door()
    async with on_stage(entrance=entrance, passphrase=PASSPHRASE) as stage:
        await to_the_offer(stage)
        await stage.press("enter")
        await stage.until(CODE)
        await stage.press("escape")
        assert isinstance(stage.app.screen, ListStep)
        assert "forget_custodians" not in {call[0] for call in entrance.calls}
        entrance.answered.set()
        await stage.until("The custodians are helping me")
        await stage.press("enter")
        await fill(stage, PASSWORD, PASSPHRASE, PASSPHRASE)
        await stage.until("Your recovery words have been opened")
        assert [call for call in entrance.calls if call[0] == "login"] == [
            ("login", *WHO, PASSPHRASE)
        ]


async def test_what_was_asked_on_another_computer_can_be_asked_from_here() -> None:
    entrance = door()
    async with on_stage(entrance=entrance, passphrase=PASSPHRASE) as stage:
        await to_the_offer(stage)
        entrance.refusals.append(AccountError("error-reason-custody-asked"))
        await stage.press("enter")
        await stage.until("You have asked already")
        await stage.press("escape")
        assert isinstance(stage.app.screen, ListStep)
        await to_the_offer(stage)
        entrance.refusals.append(AccountError("error-reason-custody-asked"))
        await stage.press("enter")
        await stage.until("You have asked already")
        await stage.press("right", "enter")
        await stage.until(CODE)
        assert [call[0] for call in entrance.calls][-2:] == ["take_back", "ask_custodians"]


async def test_what_is_no_secret_is_there_when_it_is_asked_for_again() -> None:
    async with on_stage(entrance=door()) as stage:
        await to_the_offer(stage)
        await stage.press("escape", "end", "enter")
        assert "https://chat.example" in stage.text()
        await stage.press("enter")
        assert "anna" in stage.text()
        await stage.press("enter")
        assert PASSWORD not in stage.text()
        await fill(stage, PASSWORD)
        await stage.until("custodians can help you")


@pytest.mark.parametrize("keys", [("escape",), ("tab", "tab", "enter")])
async def test_who_goes_back_asks_nobody(keys: tuple[str, ...]) -> None:
    entrance = door()
    async with on_stage(entrance=entrance) as stage:
        await to_the_offer(stage)
        await stage.press(*keys)
        assert isinstance(stage.app.screen, ListStep)
        assert entrance.calls == []


async def test_who_does_not_want_them_can_still_begin_anew() -> None:
    entrance = door()
    async with on_stage(entrance=entrance) as stage:
        await to_the_offer(stage)
        await stage.press("tab", "enter")
        await stage.until("Really begin anew?")
        assert entrance.calls == []


async def test_a_request_that_has_ended_says_why() -> None:
    entrance = door()
    async with on_stage(entrance=entrance) as stage:
        await to_the_offer(stage)
        entrance.refusals.append(AccountError("error-custody-ended"))
        await stage.press("enter")
        await stage.until("Your request to the custodians has ended")


async def test_a_wrong_password_is_said_before_anything_is_chosen() -> None:
    entrance = door()
    async with on_stage(entrance=entrance) as stage:
        await stage.press("end", "enter")
        await fill(stage, "https://chat.example", "anna", "falsch")
        assert stage.voice_says("error-wrong-credentials") in stage.said()


async def test_one_can_leave_also_where_not_all_of_it_fits() -> None:
    async with on_stage(entrance=door(), size=(50, 14)) as stage:
        await to_the_offer(stage)
        await stage.press("enter")
        await stage.until(CODE)
        await stage.until("Go on later")
        await stage.press("enter")
        assert isinstance(stage.app.screen, ListStep)


@pytest.mark.parametrize(
    ("size", "language"), [((80, 24), "de"), ((80, 24), "en"), ((50, 20), "de"), ((50, 20), "en")]
)
async def test_how_it_looks(size: tuple[int, int], language: str) -> None:
    where = f"{size[0]}x{size[1]}-{language}"
    async with on_stage(entrance=door(), size=size, language=language) as stage:
        await stage.press("end", "enter")
        await fill(stage, *WHO)
        await stage.settle()
        compare(f"custodians-help-{where}", stage.text())
        await stage.press("enter")
        await stage.until(CODE)
        await stage.settle()
        compare(f"custodians-wait-{where}", stage.text())
