"""The only module that prints: text for people, JSON lines for programs.

Data goes to stdout, everything else to stderr. What other people wrote is made harmless
first: control characters could move the cursor or press keys, bidirectional overrides could
make a text read as another one.
"""

import json
import os
import re
import sys
import unicodedata
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import Final, Protocol, TextIO

import click

from teamchat.cli.failure import Failure
from teamchat.clock import SystemClock

SCHEMA: Final = 1
"""The version of everything that `--json` writes, as `v` in every object."""

_CONTROLS: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufff9-\ufffb]"
)
"""What JSON may hold as an escape only."""
_JOINERS: Final = "\u200c\u200d"
"""Needed by Persian and by composed emoji; they change no direction."""
_MARKS: Final = 4
"""How many combining marks may follow one another; no script in use needs more."""
_LINE_ENDS: Final = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
COLUMNS: Final = 80
LINES: Final = 24
"""How large a terminal is taken to be that does not say it."""
_UNDER_CODE: Final = 5
"""Lines that follow a QR code, which are not to push it off the screen."""
_CLEAR_LINE: Final = "\x1b[2K"
_CELL_END: Final = "  "


class Words(Protocol):
    """A catalogue of texts in one language."""

    @property
    def language(self) -> str:
        """Which one."""
        ...

    def text(self, key: str, /, **arguments: str | int) -> str:
        """Return a text with its arguments filled in."""
        ...

    def day(self, day: date) -> str:
        """Return a date as people write it within a sentence."""
        ...


def visible(text: str) -> str:
    """Return a text of somebody else as a terminal may show it: lines of printable text."""
    lines = _LINE_ENDS.sub("\n", text).replace("\t", "    ")
    if lines.isascii() and lines.isprintable():
        return lines
    kept: list[str] = []
    run = 0
    for character in lines:
        category = unicodedata.category(character)
        if category in {"Cc", "Cf", "Cs"} and character not in {"\n", *_JOINERS}:
            continue
        run = run + 1 if category in {"Mn", "Me"} else 0
        if run <= _MARKS:
            kept.append(character)
    return "".join(kept)


def one_line(text: str) -> str:
    """Return a text of somebody else on one line."""
    return " ".join(visible(text).split("\n")).strip()


class Output:
    """Shows what a command has to say.

    Args:
        words: The catalogue.
        as_json: Whether a program reads.
        quiet: Whether to keep back what is neither data nor an error.
        color: Whether to emphasise; only a terminal is ever given colours.
        zone: The reader's time zone; None is that of this machine.
    """

    def __init__(
        self, words: Words, *, as_json: bool, quiet: bool, color: bool, zone: tzinfo | None
    ) -> None:
        self._words = words
        self._json = as_json
        self._quiet = quiet
        self._color = color
        self._zone = zone
        self._file: TextIO | None = None

    @property
    def as_json(self) -> bool:
        """Whether a program reads."""
        return self._json

    @property
    def language(self) -> str:
        """The language of the texts."""
        return self._words.language

    def say(self, key: str, /, **arguments: str | int) -> str:
        """Return a text of the catalogue; what is filled in is made harmless."""
        safe = {
            name: one_line(value) if isinstance(value, str) else value
            for name, value in arguments.items()
        }
        return self._words.text(key, **safe)

    # --- stdout: data -----------------------------------------------------------------

    def record(self, shape: Mapping[str, object]) -> None:
        """Write one object of JSON on one line."""
        self._put(_json(shape))

    def line(self, text: str) -> None:
        """Write a line of text; control characters are taken out."""
        self._put(visible(text))

    def raw(self, text: str) -> None:
        """Write a text of our own as it is: a script, a screen."""
        self._put(text, end=False)

    def table(self, rows: Iterable[tuple[str, ...]]) -> None:
        """Write rows in columns; what does not fit is not cut."""
        cells = [[one_line(cell) for cell in row] for row in rows]
        if not cells:
            return
        widths = [max(_width(row[at]) for row in cells) for at in range(len(cells[0]))]
        for row in cells:
            padded = (cell + " " * (widths[at] - _width(cell)) for at, cell in enumerate(row))
            self._put(_CELL_END.join(padded).rstrip())

    def message(self, time_ms: int, who: str, text: str) -> None:
        """Write a message with the time and its sender; further lines are indented."""
        first, *more = visible(text).split("\n")
        head = self._dim(self.clock(time_ms))
        name = self._bold(one_line(who)) + ": " if who else ""
        self._put(f"{head}  {name}{first}")
        for line in more:
            self._put(f"    {line}")

    def plain_message(self, time_ms: int, who: str, text: str) -> None:
        """Write a message on one line without any adornment, for screen readers and pipes."""
        name = one_line(who) + ": " if who else ""
        self._put(f"{self.clock(time_ms)} {name}{one_line(text)}")

    @contextmanager
    def into(self, path: Path | None) -> Iterator[None]:
        """Write data into a new file for its owner only, as long as this lasts; None: to stdout.

        Raises:
            Failure: There is such a file, which is not overwritten, or it cannot be written.
        """
        try:
            with self._into_new(path) if path else nullcontext():
                yield
        except FileExistsError as error:
            raise Failure("cli-file-exists", path=str(path)) from error
        except BrokenPipeError:
            raise
        except OSError as error:
            raise Failure("cli-file-not-written", path=str(path or "-")) from error

    @contextmanager
    def _into_new(self, path: Path) -> Iterator[None]:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            self._file = file
            try:
                yield
            finally:
                self._file = None

    def _put(self, text: str, *, end: bool = True) -> None:
        click.echo(text, file=self._file, nl=end)

    # --- stderr: everything else ------------------------------------------------------

    def note(self, key: str, /, **arguments: str | int) -> None:
        """Say what was done, to people."""
        if not self._quiet and not self._json:
            click.echo(self.wrapped(self.say(key, **arguments)), err=True)

    @contextmanager
    def progress(self) -> Iterator[Callable[[str], None]]:
        """Show how far something is, on one line that goes away; on a terminal only."""
        shown = sys.stderr.isatty() and not self._quiet and not self._json

        def show(text: str) -> None:
            if shown:
                kept = cut(text, _columns() - 1)  # a second line would not be cleared
                click.echo(f"\r{_CLEAR_LINE}{kept}", err=True, nl=False)

        try:
            yield show
        finally:
            show("")

    def code(self, parts: Sequence[str], *, wanted: bool, too_small: str) -> bool:
        """Draw a QR code for a person at a terminal, if it has the room; or whatever it is.

        Returns whether it was drawn.

        Args:
            parts: What it says (`teamchat.qr_code`).
            wanted: Draw it also where there is no terminal, or one that is too small.
            too_small: Said if it is left out, with the `columns` and `lines` that it takes.
        """
        if not wanted and (self._quiet or not sys.stderr.isatty()):
            return False
        from teamchat.qr_code import drawn

        lines = drawn(parts, light=not self._color)
        columns, rows = len(lines[0]), len(lines) + _UNDER_CODE
        if not wanted and (columns > _size().columns or rows > _size().lines):
            self.note(too_small, columns=columns, lines=rows)
            return False
        for line in lines:
            shown = click.style(line, "black", "bright_white") if self._color else line
            click.echo(shown, err=True)
        return True

    def must_know(self, key: str, /, **arguments: str | int) -> None:
        """Say something that is said even to those who want quiet."""
        self._to_stderr("notice", key, arguments)

    def failure(self, key: str, /, **arguments: str | int) -> None:
        """Say what went wrong."""
        self._to_stderr("error", key, arguments)

    def _to_stderr(self, kind: str, key: str, arguments: Mapping[str, str | int]) -> None:
        text = self.say(key, **arguments)
        text = _json({kind: key, "text": text}) if self._json else self.wrapped(text)
        click.echo(text, err=True)

    def wrapped(self, text: str) -> str:
        """Return a text for people as their terminal shows it: broken between words."""
        return fold(text, _columns()) if sys.stderr.isatty() else text

    # --- time and emphasis ------------------------------------------------------------

    def clock(self, time_ms: int) -> str:
        """Return date and time on the reader's wall clock."""
        return f"{_moment(time_ms).astimezone(self._zone):%Y-%m-%d %H:%M}"

    def day(self, time_ms: int) -> str:
        """Return the date on the reader's wall clock, as it stands in a sentence."""
        return self._words.day(_moment(time_ms).astimezone(self._zone).date())

    def moment(self, time_ms: int) -> str:
        """Return date and time on the reader's wall clock, as they stand in a sentence."""
        return f"{self.day(time_ms)}, {_moment(time_ms).astimezone(self._zone):%H:%M}"

    def zone(self) -> str:
        """Return what zone that clock is of, by its name or by how it stands to UTC now."""
        if self._zone is not None:
            return str(self._zone)
        ahead = f"{_moment(SystemClock().now_ms()).astimezone():%z}"
        return f"UTC{ahead[:3]}:{ahead[3:5]}"

    def _dim(self, text: str) -> str:
        return click.style(text, dim=True) if self._color else text

    def _bold(self, text: str) -> str:
        return click.style(text, bold=True) if self._color else text


def wants_color(environment: Mapping[str, str], *, refused: bool) -> bool:
    """Say whether to use colours (no-color.org): only on a terminal that shows them."""
    return (
        not refused
        and not environment.get("NO_COLOR")
        and environment.get("TERM") != "dumb"
        and sys.stdout.isatty()
    )


def fold(text: str, columns: int) -> str:
    """Return a text in lines of at most so many columns; a longer word is left whole."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if line and _width(longer) > columns:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return "\n".join(lines)


def cut(text: str, columns: int) -> str:
    """Return as much of a text as fits into so many columns, with a sign where it was cut."""
    if _width(text) <= columns:
        return text
    kept = ""
    for character in text:
        if _width(kept + character) > columns - 1:
            break
        kept += character
    return kept.rstrip() + "…"


def _columns() -> int:
    """Return how wide the terminal is that shows what is said to people."""
    return _size().columns


def _size() -> os.terminal_size:
    """Return how large that terminal is."""
    try:
        columns, lines = os.get_terminal_size(sys.stderr.fileno())
    except (OSError, ValueError):
        columns, lines = 0, 0
    return os.terminal_size((columns or COLUMNS, lines or LINES))


def instant(time_ms: int) -> str:
    """Return a time for programs: RFC 3339, UTC, milliseconds."""
    return _moment(time_ms).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def base64(data: bytes) -> str:
    """Return bytes for programs."""
    return b64encode(data).decode("ascii")


def _moment(time_ms: int) -> datetime:
    """Return a moment; what a hostile clock says is brought into the years 1970 to 9999."""
    return datetime.fromtimestamp(max(0, min(time_ms, 253_402_214_400_000)) / 1000, UTC)


def _json(shape: Mapping[str, object]) -> str:
    """Return an object on one line; what a terminal would obey is written as an escape."""
    text = json.dumps({"v": SCHEMA, **shape}, ensure_ascii=False, separators=(",", ":"))
    return _CONTROLS.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _width(text: str) -> int:
    """Return how many columns a text takes; wide characters take two (UAX #11)."""
    from unicodedata import combining, east_asian_width

    return sum(
        0 if combining(character) or character in "\u200d\ufe0f"
        else 2 if east_asian_width(character) in "WF" else 1
        for character in text
    )  # fmt: skip
