from collections.abc import Sequence
from dataclasses import replace

from teamchat.engine.model import Message
from teamchat_terminal.window import PAGE, PAGES, Window
from tests.support.fake_account import PROJECT
from tests.terminal.stage import StagedAccount


def _read(account: StagedAccount, window: Window) -> Sequence[Message]:
    return account.timeline(PROJECT, window.before, window.limit)


def test_going_back_and_forth_is_exact_and_bounded() -> None:
    account = StagedAccount()
    account.fill(PROJECT, 2_000)
    window = Window()
    ends = []
    for _ in range(20):
        held = _read(account, window)
        assert len(held) <= PAGE * PAGES
        ends.append(held[-1].text)
        window = window.older(held)
    assert _read(account, window)[0].text == "line 0"
    assert window == window.older(_read(account, window)), "there is nothing before the beginning"
    while not window.newest:
        before = _read(account, window)[-1].position
        window = window.newer()
        held = _read(account, window)
        assert held[0].position <= before < held[-1].position, "pages overlap, nothing is skipped"
    assert _read(account, window)[-1].text == "line 1999"


def test_nothing_is_out_of_reach_where_many_stand_together() -> None:
    account = StagedAccount()
    account.fill(PROJECT, 2_000)
    messages = account.rooms[PROJECT].messages
    messages[:] = [replace(each, position=min(each.position, 40)) for each in messages]
    window, seen = Window(), set[str]()
    for _ in range(20):
        held = _read(account, window)
        seen |= {each.text for each in held}
        window = window.older(held)
    assert seen == {f"line {number}" for number in range(2_000)}


def test_a_short_history_has_one_window() -> None:
    account = StagedAccount()
    held = _read(account, Window())
    assert Window().older(held) == Window()
    assert Window().newest


def test_room_is_made_for_the_unread_and_for_what_arrives() -> None:
    assert Window.with_unread(3).limit == PAGE
    assert Window.with_unread(300).limit == 350
    assert Window.with_unread(9_999).limit == PAGE * PAGES
    assert Window().grown(7).limit == PAGE + 7
    assert Window(bounds=((5, "a"),)).grown(7) == Window(bounds=((5, "a"),))
