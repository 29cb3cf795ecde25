import contextlib
import json
import os
import pty
import sys
import termios
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamchat.cli import output
from teamchat.cli.failure import Failure
from teamchat.cli.output import Output, instant, one_line, visible, wants_color
from teamchat.i18n import Catalogue


def make(*, as_json: bool = False, quiet: bool = False, color: bool = False) -> Output:
    zone = ZoneInfo("Asia/Shanghai")
    return Output(Catalogue("en"), as_json=as_json, quiet=quiet, color=color, zone=zone)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Grüße, 你好 👩🏽‍⚕️", "Grüße, 你好 👩🏽‍⚕️"),
        ("a\x1b[31mb", "a[31mb"),
        ("\x1b]0;x\x07", "]0;x"),
        ("a\x9b31mb\x85c", "a31mb\nc"),
        ("a\r\nb\rc\u2028d\u2029e\x0bf\x0cg", "a\nb\nc\nd\ne\nf\ng"),
        ("a\tb\x00\x08\x7f", "a    b"),
        ("\u202eabc\u202c\u2066x\u2069\u200e\u200f\u061c", "abcx"),
        ("\ud800x", "x"),
    ],
)
def test_what_a_terminal_would_obey_is_taken_out(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_what_is_invisible_or_piles_up_is_left_out() -> None:
    assert visible("A\u200bn\u2060n\ufeff\u00ad\U000e0041a") == "Anna"
    assert visible("Z" + "\u0301" * 60) == "Z" + "\u0301" * 4
    assert visible("\U0001f469\u200d\U0001f680") == "\U0001f469\u200d\U0001f680"


@given(st.text())
def test_nothing_but_lines_of_printable_text_is_left(text: str) -> None:
    shown = visible(text)
    assert all(ord(c) >= 0x20 or c == "\n" for c in shown)
    assert not set(shown) & set("\x7f\x9b\u202e\u2066\u2028")
    assert visible(shown) == shown
    assert "\n" not in one_line(text)


@given(st.text())
def test_json_holds_everything_and_controls_nothing(text: str) -> None:
    written = output._json({"text": text})
    assert json.loads(written) == {"v": 1, "text": text}
    assert not output._CONTROLS.search(written)
    assert "\n" not in written


def test_columns_are_as_wide_as_they_look(capsys: pytest.CaptureFixture[str]) -> None:
    make().table([("深圳", "x"), ("abcde", "y"), ("e\u0301", "z")])
    assert capsys.readouterr().out == "深圳   x\nabcde  y\ne\u0301      z\n"
    make().table([])
    assert not capsys.readouterr().out


def test_a_message(capsys: pytest.CaptureFixture[str]) -> None:
    make().message(1_795_000_000_000, "Wei", "eins\nzwei")
    assert capsys.readouterr().out == "2026-11-18 19:06  Wei: eins\n    zwei\n"
    make(color=True).message(1_795_000_000_000, "Wei\x1b[0m", "eins")
    shown = capsys.readouterr().out
    assert "Wei[0m" in shown
    make().plain_message(0, "", "eins\nzwei")
    assert capsys.readouterr().out == "1970-01-01 08:00 eins zwei\n"


def test_times_of_a_hostile_clock() -> None:
    assert instant(-5) == "1970-01-01T00:00:00.000Z"
    assert instant(2**62).startswith("9999-12-31")
    assert make().clock(2**62).startswith("9999-12-31")


def test_quiet_keeps_notes_back_but_not_what_must_be_known(
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = make(quiet=True)
    out.note("cli-logged-out")
    out.must_know("error-offline")
    seen = capsys.readouterr()
    assert not seen.out
    assert seen.err == "There is no connection to the server. Try again when it is back.\n"


def test_a_program_reads_errors_too(capsys: pytest.CaptureFixture[str]) -> None:
    out = make(as_json=True)
    out.note("cli-logged-out")
    out.failure("error-profile-name", name="\x1b")
    seen = capsys.readouterr()
    assert not seen.out
    assert json.loads(seen.err)["error"] == "error-profile-name"


def test_a_file_is_made_for_its_owner_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "x"
    out = make(as_json=True)
    with out.into(path):
        out.record({"a": 1})
    assert json.loads(path.read_text()) == {"v": 1, "a": 1}
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(Failure, match="cli-file-exists"), out.into(path):
        pass


@pytest.mark.parametrize(
    ("environment", "refused", "wanted"),
    [
        ({}, False, True),
        ({}, True, False),
        ({"NO_COLOR": "1"}, False, False),
        ({"NO_COLOR": ""}, False, True),
        ({"TERM": "dumb"}, False, False),
    ],
)
def test_colours_are_for_terminals(
    environment: dict[str, str], *, refused: bool, wanted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert wants_color(environment, refused=refused) is wanted
    monkeypatch.setattr("sys.stdout.isatty", lambda: False, raising=False)
    assert not wants_color(environment, refused=refused)


@pytest.mark.parametrize(("terminal", "quiet", "written"), [
    (True, False, "\r\x1b[2K1 of 2\r\x1b[2K"), (True, True, ""), (False, False, ""),
])  # fmt: skip
def test_progress_is_for_a_terminal_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    terminal: bool,  # noqa: FBT001 - a case
    quiet: bool,  # noqa: FBT001 - a case
    written: str,
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal)
    out = Output(Catalogue("en"), as_json=False, quiet=quiet, color=False, zone=None)
    with out.progress() as show:
        show("1 of 2")
    assert capsys.readouterr().err == written


def test_sentences_break_between_words_where_the_terminal_ends() -> None:
    text = "Eins zwei drei 深圳 vier\nfünf https://chat.example/join#laenger-als-die-Zeile"
    assert output.fold(text, 10).split("\n") == [
        "Eins zwei", "drei 深圳", "vier", "fünf", "https://chat.example/join#laenger-als-die-Zeile",
    ]  # fmt: skip
    assert output.cut("深圳深圳", 6) == "深圳…"
    assert output.cut("four", 4) == "four"


def all_of(reader: int) -> bytes:
    """Return what was written to a pseudo terminal, whose other side is closed, in parts."""
    shown = b""
    with contextlib.suppress(OSError):  # EIO: the end
        while part := os.read(reader, 10_000):
            shown += part
    os.close(reader)
    return shown


@pytest.mark.parametrize("columns", [80, 50])
def test_a_terminal_gets_whole_words_and_one_line_of_progress(
    columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, writer = pty.openpty()
    termios.tcsetwinsize(writer, (24, columns))
    with open(writer, "w", encoding="utf-8") as terminal:  # noqa: PTH123 - a descriptor
        monkeypatch.setattr(sys, "stderr", terminal)
        out = make()
        out.failure("cli-logout-needs-server")
        with out.progress() as show:
            show("x" * 200)
    shown = all_of(reader).decode()
    *said, progress = shown.split("\r\n")
    assert all(len(line) <= columns for line in said)
    assert " ".join(said) == make().say("cli-logout-needs-server")
    assert progress == "\r\x1b[2K" + "x" * (columns - 2) + "…" + "\r\x1b[2K"


def test_what_is_piped_is_not_wrapped(capsys: pytest.CaptureFixture[str]) -> None:
    make().failure("cli-logout-needs-server")
    assert capsys.readouterr().err.count("\n") == 1


CODE = ("TEAMCHAT-VERIFY:1:", "0123456789" * 6)


def code(*, wanted: bool = False, quiet: bool = False, color: bool = False) -> None:
    make(quiet=quiet, color=color).code(CODE, wanted=wanted, too_small="cli-no-room-for-code")


@pytest.mark.parametrize(
    ("columns", "lines", "drawn"),
    [(80, 24, True), (50, 24, True), (37, 22, True), (36, 24, False), (80, 21, False)],
)
def test_a_code_is_drawn_where_there_is_room_and_otherwise_it_is_said(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    columns: int,
    lines: int,
    drawn: bool,  # noqa: FBT001 - a case
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setattr(output, "_size", lambda: os.terminal_size((columns, lines)))
    code()
    seen = capsys.readouterr()
    assert not seen.out
    assert ("▀" in seen.err) is drawn
    assert ("left out: it takes a terminal of 37 columns and 22" in " ".join(seen.err.split())) is (
        not drawn
    )


def test_a_code_is_dark_on_light_whatever_the_colours_of_the_terminal_are(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    code(wanted=True, color=True)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 17
    assert all(line.startswith("\x1b[30m\x1b[107m") and line.endswith("\x1b[0m") for line in lines)
    code(wanted=True)
    assert "\x1b" not in capsys.readouterr().err


def test_a_code_is_not_drawn_where_nobody_looks(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code()
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    code(quiet=True)
    assert not capsys.readouterr().err
