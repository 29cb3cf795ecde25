from dataclasses import replace

from rich.cells import cell_len

from teamchat.engine.model import Delivery, Message, MessageKind
from teamchat_terminal.format import OWN_BAR
from teamchat_terminal.layout import LINES, Line, lay_out
from tests.support.fake_account import ANNA, PROJECT, WEI
from tests.terminal.stage import HOSTILE, NOW_MS, StagedAccount, voice


def _shown(messages: list[Message], width: int = 60, unread_from: int | None = None) -> list[str]:
    lines = lay_out(messages, voice(), width=width, unread_from=unread_from)
    return [line.content.plain for line in lines]


def _account() -> StagedAccount:
    account = StagedAccount()
    account.rooms[PROJECT].messages.clear()
    return account


def test_one_sender_within_five_minutes_is_one_group() -> None:
    account = _account()
    for ago in (20, 18, 16, 9):
        account.write(PROJECT, WEI, f"{ago} minutes ago", ago)
    shown = _shown(account.timeline(PROJECT))
    assert shown.count("   Wei Zhang") == 2
    timed = [line.split("ago")[0].strip() for line in shown if line.endswith(("24", "31"))]
    assert timed == ["16 minutes", "9 minutes"], "the time stands on the last of a group"


def test_ones_own_are_marked_on_every_line_and_say_how_far_they_came() -> None:
    account = _account()
    account.write(PROJECT, ANNA, "one\ntwo", 5, Delivery.SENT)
    account.write(PROJECT, WEI, "three", 4)
    shown = _shown(account.timeline(PROJECT))
    assert [line[:3] for line in shown if line.strip()][1:3] == [f" {OWN_BAR} "] * 2
    assert any("two" in line and line.endswith("15:35 · sent") for line in shown)
    assert not any(OWN_BAR in line for line in shown if "three" in line)


def test_what_waits_or_failed_says_so_inside_a_group() -> None:
    account = _account()
    account.write(PROJECT, ANNA, "first", 3, Delivery.FAILED)
    account.write(PROJECT, ANNA, "second", 3, Delivery.DELIVERED)
    account.write(PROJECT, ANNA, "third", 3, Delivery.QUEUED)
    shown = "\n".join(_shown(account.timeline(PROJECT)))
    assert "not sent" in shown
    assert "waiting" in shown
    assert "delivered" not in shown, "inside a group only what stands out is said"


def test_days_and_the_unread_begin_with_a_line() -> None:
    account = _account()
    account.write(PROJECT, WEI, "long ago", 3 * 24 * 60)
    account.write(PROJECT, WEI, "yesterday", 24 * 60)
    fresh = account.write(PROJECT, WEI, "now", 1)
    shown = _shown(account.timeline(PROJECT), unread_from=fresh.position)
    chips = [line.strip(" ─") for line in shown if "──" in line]
    assert chips == ["Sunday, 15 November", "Yesterday", "Today", "Unread"]


def test_a_line_about_the_conversation_is_told_and_interrupts_a_group() -> None:
    account = _account()
    account.write(PROJECT, WEI, "a", 3)
    account.system(PROJECT, "system-added", 2, by="Wei", who="Li")
    account.write(PROJECT, WEI, "b", 1)
    shown = _shown(account.timeline(PROJECT))
    assert any("Wei added Li." in line for line in shown)
    assert shown.count("   Wei Zhang") == 2


def test_every_line_fits_and_hostile_text_is_data() -> None:
    account = _account()
    account.write(PROJECT, replace(WEI, name=HOSTILE), HOSTILE * 3, 2)
    account.write(PROJECT, ANNA, "好" * 500, 1)
    account.write(PROJECT, ANNA, "x" * 500, 1, kind=MessageKind.UNSUPPORTED)
    account.system(PROJECT, "system-renamed", 1, by=HOSTILE, title=HOSTILE)
    for width in (30, 50, 79, 200):
        for line in _shown(account.timeline(PROJECT), width):
            assert cell_len(line) <= width
            assert "\x1b" not in line
            assert "\u202e" not in line


def test_an_endless_message_is_cut_and_says_so() -> None:
    account = _account()
    account.write(PROJECT, WEI, "\n".join("x" * 5_000), 1)
    shown = _shown(account.timeline(PROJECT))
    assert len(shown) < LINES + 10
    assert any("… 4,960 more lines" in line for line in shown)


def test_a_message_of_a_newer_client_has_words() -> None:
    account = _account()
    account.write(PROJECT, WEI, "", 1, kind=MessageKind.UNSUPPORTED)
    assert any("newer version" in line for line in _shown(account.timeline(PROJECT)))


def test_nothing_is_nothing() -> None:
    assert lay_out([], voice(), width=60, unread_from=None) == []


def test_lines_know_their_message() -> None:
    account = _account()
    message = account.write(PROJECT, WEI, "a", 1)
    lines: list[Line] = lay_out(account.timeline(PROJECT), voice(), width=60, unread_from=None)
    assert {line.message for line in lines} == {"", message.id}
    assert message.time_ms == NOW_MS - 60_000
