"""What becomes of a line: only its author changes it, and nobody makes it grow without an end."""

from typing import Final

import msgspec
import pytest

from teamchat.engine import fold
from teamchat.engine.amendments import (
    EditDiscarded,
    Edited,
    Reacted,
    ReactionWithdrawn,
    Withdrawn,
)
from teamchat.engine.model import MessageKind
from teamchat.engine.records import Line, LineState
from teamchat.engine.store import AddLine, AmendLine, PutLine
from teamchat.ids import ConversationId, UserId

TALK: Final = ConversationId("talk")
ANNA: Final = UserId("anna")
BO: Final = UserId("bo")
LINE: Final = Line(
    id="d.01", conversation=TALK, position=5, kind=MessageKind.TEXT, sender=ANNA, time_ms=1,
    text="Hallo", state=LineState.RECEIVED, salt=b"s" * 16, message=b"m" * 32, answers=b"a" * 32,
)  # fmt: skip


def edited(text: str, place: int = 6, by: UserId = ANNA, *, failed: bool = False) -> Edited:
    return Edited(f"d.{place:02x}", by, place, place, text, failed=failed)


def reacted(reaction: str = "👍", by: UserId = BO, message: bytes = b"r") -> Reacted:
    return Reacted("e.01", by, 7, 7, reaction, message)


WITHDRAWN: Final = Withdrawn("d.09", ANNA, 9, 9)


def test_the_text_that_came_last_in_the_log_is_what_it_says() -> None:
    line = fold.amended(fold.amended(LINE, edited("zwei", 8)), edited("eins", 7))
    assert [each.text for each in line.edits] == ["eins", "zwei"]
    assert fold.text_of(line) == "zwei"
    assert line.text == "Hallo", "the first text stays"


def test_an_edit_that_is_seen_in_the_log_takes_the_place_of_itself() -> None:
    waiting = Edited("d.06", ANNA, 2**52, 3, "neu", waiting=True)
    line = fold.amended(fold.amended(LINE, waiting), edited("neu"))
    assert line.edits == (edited("neu"),)


def test_a_text_that_was_not_sent_is_not_what_it_says() -> None:
    failed = edited("nie", failed=True)
    line = fold.amended(LINE, failed)
    assert fold.text_of(line) == "Hallo"
    assert fold.amended(line, EditDiscarded(failed.id)) == LINE


@pytest.mark.parametrize("done", [edited("falsch", by=BO), Withdrawn("x", BO, 9, 9)])
def test_nobody_else_edits_or_deletes(done: Edited | Withdrawn) -> None:
    assert fold.amended(LINE, done) == LINE


def test_nothing_of_what_was_deleted_stays() -> None:
    line = fold.amended(fold.amended(LINE, edited("geheim")), reacted())
    gone = fold.amended(line, WITHDRAWN)
    assert (gone.text, gone.edits, gone.reactions) == ("", (), ())
    assert (gone.salt, gone.answers) == (b"", b"")
    assert gone.withdrawn == WITHDRAWN
    assert fold.amended(fold.amended(gone, edited("wieder")), reacted()) == gone


def test_what_is_to_be_deleted_stays_until_it_is() -> None:
    waiting = msgspec.structs.replace(WITHDRAWN, waiting=True)
    line = fold.amended(LINE, waiting)
    assert line.text == "Hallo"
    assert fold.amended(line, msgspec.structs.replace(WITHDRAWN, failed=True)) == LINE
    assert fold.amended(line, WITHDRAWN).text == ""


def test_everybody_reacts_once_with_the_same() -> None:
    line = fold.amended(fold.amended(LINE, reacted()), reacted(message=b"other"))
    assert [each.message for each in line.reactions] == [b"other"]
    assert len(fold.amended(line, reacted(by=ANNA)).reactions) == 2


def test_only_who_reacted_takes_it_back() -> None:
    line = fold.amended(LINE, reacted())
    assert fold.amended(line, ReactionWithdrawn("x", ANNA, reacted())) == line
    assert fold.amended(line, ReactionWithdrawn("x", BO, reacted())) == LINE


def test_no_line_grows_without_an_end() -> None:
    line = LINE
    for place in range(6, 6 + 2 * fold.EDITS):
        line = fold.amended(line, edited(f"{place}", place))
    assert len(line.edits) == fold.EDITS
    assert fold.text_of(line) == f"{5 + 2 * fold.EDITS}"
    for place in range(100, 104):
        line = fold.amended(line, edited("x" * 60_000, place))
    assert sum(len(each.text) for each in line.edits) <= fold.EDIT_BYTES
    for at in range(fold.OWN_REACTIONS + 1):
        line = fold.amended(line, reacted(str(at)))
    assert len(line.reactions) == fold.OWN_REACTIONS
    for at in range(fold.REACTIONS):
        line = fold.amended(line, reacted(by=UserId(str(at))))
    assert len(line.reactions) == fold.REACTIONS


def test_what_happened_is_not_amended() -> None:
    told = msgspec.structs.replace(LINE, kind=MessageKind.SYSTEM)
    assert fold.amended(told, reacted()) == told


def test_what_no_version_here_understands_is_deleted_but_not_edited() -> None:
    newer = msgspec.structs.replace(LINE, kind=MessageKind.UNSUPPORTED)
    assert fold.amended(newer, edited("x")) == newer
    assert fold.amended(newer, WITHDRAWN).text == ""


def test_a_line_that_is_put_again_keeps_what_was_done_to_it() -> None:
    done = fold.amended(fold.amended(LINE, edited("neu")), reacted())
    again = msgspec.structs.replace(LINE, position=77)
    kept = fold.after(done, PutLine(again))
    assert kept == msgspec.structs.replace(done, position=77)
    gone = fold.after(fold.amended(LINE, WITHDRAWN), PutLine(again))
    assert gone is not None
    assert (gone.text, gone.withdrawn) == ("", WITHDRAWN)


def test_what_is_hidden_here_does_not_come_back() -> None:
    hidden = fold.hidden(LINE)
    assert (hidden.text, hidden.salt) == ("", b"")
    assert fold.after(fold.amended(LINE, edited("x")), PutLine(hidden)) == hidden
    assert fold.after(hidden, PutLine(LINE)) == hidden
    assert fold.after(hidden, AddLine(LINE)) == hidden
    assert fold.amended(hidden, reacted()) == hidden


def test_nothing_is_done_to_what_is_not_here() -> None:
    assert fold.after(None, AmendLine(TALK, LINE.message, WITHDRAWN)) is None
    assert fold.after(None, PutLine(LINE)) == LINE


def test_a_line_that_was_given_is_not_taken_for_another_message() -> None:
    other = msgspec.structs.replace(LINE, id="d.02")
    kept = fold.after(None, AddLine(other), LINE)
    assert kept == msgspec.structs.replace(other, message=b"")
    assert fold.after(None, AddLine(other), other) == other
