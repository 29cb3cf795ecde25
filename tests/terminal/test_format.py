from dataclasses import replace

import pytest
from rich.cells import cell_len

from teamchat.engine.model import Conversation, Link, Person, Trust
from teamchat_terminal.format import (
    conversation_row,
    encryption,
    header,
    member_row,
    number_groups,
    preview,
    status,
    title,
    trust,
    whereabouts,
)
from tests.support.fake_account import ANNA, DIRECT, JONAS, PROJECT, WEI
from tests.terminal.stage import HOSTILE, STRANGE, StagedAccount, voice


def _conversation(account: StagedAccount, name: str) -> Conversation:
    return next(one for one in account.conversations() if one.id == name)


def test_the_other_sites_time_is_said_only_where_it_differs() -> None:
    assert whereabouts(WEI, voice()) == "Shanghai · there it is 22:40"
    assert whereabouts(WEI, voice("de")) == "Shanghai · dort ist es 22:40"
    assert whereabouts(JONAS, voice()) == "Stuttgart"
    for zone in ("../../etc/passwd", "", "Mars/Base", "\x00"):
        assert whereabouts(replace(WEI, time_zone=zone), voice()) == "Shanghai"


def test_a_header_says_who_or_where() -> None:
    account = StagedAccount()
    direct = header(_conversation(account, DIRECT), account.members(DIRECT), voice()).plain
    assert direct == "Wei Zhang\nShanghai · there it is 22:40"
    group = header(_conversation(account, PROJECT), account.members(PROJECT), voice("de")).plain
    assert group == "Projekt Nordstern\n4 Personen · Sie, Jonas, Mara, Wei"


def test_a_group_without_a_title_is_called_by_who_is_in_it() -> None:
    untitled = replace(_conversation(StagedAccount(), PROJECT), title="", names=("Wei", "Jo\u202e"))
    assert title(untitled, voice()) == "Wei, Jo⟨U+202E⟩"
    assert title(replace(untitled, names=()), voice()) == "Untitled"


@pytest.mark.parametrize("width", [24, 30, 40])
def test_a_row_of_the_list_has_two_lines_that_fit(width: int) -> None:
    account = StagedAccount()
    for conversation in account.conversations():
        for draft in ("", "Entwurf 好好好 " * 9):
            row = conversation_row(conversation, draft, voice(), width=width, current=True)
            lines = row.plain.split("\n")
            assert len(lines) == 2
            assert all(cell_len(line) <= width for line in lines)


def test_a_draft_stands_in_place_of_the_last_line() -> None:
    conversation = _conversation(StagedAccount(), DIRECT)
    row = conversation_row(conversation, "noch nicht", voice("de"), width=40, current=False)
    assert "Entwurf: noch nicht" in row.plain


def test_a_preview_says_who_in_groups() -> None:
    account = StagedAccount()
    assert preview(_conversation(account, PROJECT), voice()).startswith("Mara: ")
    assert preview(_conversation(account, DIRECT), voice()).startswith("You: ")
    assert "\x1b" not in preview(_conversation(account, STRANGE), voice())


def test_states_are_words_not_only_colours() -> None:
    said = {status(link, 0, voice()).plain for link in Link}
    assert len(said) == len(Link)
    assert status(Link.OFFLINE, 3, voice("de")).plain == "○ Keine Verbindung · 3 Nachrichten warten"
    assert len({trust(replace(WEI, trust=one), voice()).plain for one in Trust}) == len(Trust)


def test_members_say_their_part() -> None:
    account = StagedAccount()
    rows = [member_row(one, voice(), width=60).plain for one in account.members(PROJECT)]
    assert rows[0].splitlines()[0] == f"{ANNA.name} · You, administrator"
    assert "✓ verified in person" in rows[-1]
    for member in account.members(PROJECT):
        row = member_row(member, voice("de"), width=30).plain
        assert all(cell_len(line) <= 30 for line in row.splitlines()[1:])


def test_what_encrypts_a_conversation_is_said_once_it_is_known() -> None:
    here = _conversation(StagedAccount(), PROJECT)
    assert "quantum" in encryption(here, voice())
    assert "0x" not in encryption(here, voice("de")), "a number of a list tells nobody anything"
    classical = encryption(replace(here, suite=1), voice())
    assert "0x0001" in classical
    assert "quantum" not in classical
    assert not encryption(replace(here, suite=None), voice())


def test_a_safety_number_has_three_rows_of_four() -> None:
    rows = number_groups(" ".join(["12345"] * 12)).plain.split("\n\n")
    assert [len(row.split()) for row in rows] == [4, 4, 4]


def test_a_hostile_name_is_data() -> None:
    person: Person = replace(WEI, name=HOSTILE, site=HOSTILE)
    assert "\x1b" not in whereabouts(person, voice())
