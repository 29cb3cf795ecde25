"""The recovery key at the command line: shown once and confirmed, and asked for again later."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from teamchat.cli.asking import TYPED, NobodyThereError, Secret, prompt, read_secret
from teamchat.cli.failure import Exit, Failure, failure_of
from teamchat.cli.invocation import TRIES, Invocation
from teamchat.errors import TeamchatError

if TYPE_CHECKING:
    from teamchat.engine.model import Profile

COLUMNS: Final = 4
_WIDTH: Final = 14
SKIP: Final = frozenset({"ohne bestätigung", "without confirmation"})
"""What is typed by whoever does not want to confirm now."""
_UNCLEAR: Final = frozenset({"error-not-possible", "error-closed", "error-stopped"})
"""Failures that do not say whether the server has done what it was asked."""


def show(
    invocation: Invocation, profile: "Profile", words: str, sheet: Path | None, again: str = ""
) -> None:
    """Show a new recovery key, and go on when the person has proved that they wrote it down.

    If they break off, nothing is made, and the sheet is removed: its words are worth nothing.

    Args:
        invocation: The run.
        profile: Whose key it is.
        words: The key.
        sheet: Where to write the sheet to print; None for none.
        again: What to type to begin again; logging in if it is empty.

    Raises:
        Failure: The sheet cannot be written, or the words that were asked for never came.
    """
    if sheet is not None:
        _write_sheet(invocation, profile, words, sheet)
    if invocation.as_json:
        return  # the program that reads gets it with the answer
    again = again or f"teamchat login {profile.server} {profile.user_name}"
    try:
        _prove(invocation, words, again)
    except BaseException:  # also Ctrl+C at a question
        if sheet is not None:
            sheet.unlink(missing_ok=True)
        raise


class NewWords:
    """A new recovery key in one run: shows it, and says whether it counts if something fails then.

    Args:
        invocation: The run.
        sheet: Where to write the sheet to print; None for none.
        again: What to type to begin again; logging in if it is empty.

    Raises:
        Failure: The sheet cannot be written where it was wanted.
    """

    def __init__(self, invocation: Invocation, sheet: Path | None, again: str = "") -> None:
        check_sheet(sheet)
        self._invocation = invocation
        self._sheet = sheet
        self._again = again
        self._shown = False

    def __call__(self, profile: "Profile", words: str) -> None:
        """Show the words (see `show`)."""
        show(self._invocation, profile, words, self._sheet, self._again)
        self._shown = True

    @contextmanager
    def counting(self, *, known: bool = True) -> Iterator[None]:
        """Say what the words are worth if what follows fails; a sheet worth nothing is removed.

        Args:
            known: Whether a refusal means that they count for nothing.
        """
        try:
            yield
        except TeamchatError as error:
            if self._shown:
                failure = failure_of(error)
                refused = failure.code is not Exit.NETWORK and failure.key not in _UNCLEAR
                self._tell(void=known and refused)
            raise

    def _tell(self, *, void: bool) -> None:
        out = self._invocation.out
        if not void:
            out.must_know("cli-recovery-uncertain")
            return
        out.must_know("cli-recovery-void")
        if self._sheet is not None:
            self._sheet.unlink(missing_ok=True)
            out.must_know("cli-recovery-void-sheet", path=str(self._sheet))


def _prove(invocation: Invocation, words: str, again: str) -> None:
    out = invocation.out
    out.must_know("cli-recovery-key")
    for line in numbered(words):
        out.line(line)
    out.must_know("cli-recovery-key-lost")
    if not _confirmed(invocation, words.split(), again):
        out.must_know("cli-recovery-unconfirmed")


def check_sheet(path: Path | None) -> None:
    """See before anything is asked whether the sheet can be written there.

    Raises:
        Failure: There is such a file, or no such folder.
    """
    if path is None:
        return
    if path.exists():
        raise Failure("cli-file-exists", path=str(path))
    if not path.parent.is_dir():
        raise Failure("cli-file-not-written", path=str(path))


def numbered(words: str) -> list[str]:
    """Return the words in rows of four, each with its number."""
    cells = [f"{place:>2} {word:<{_WIDTH}}" for place, word in enumerate(words.split(), 1)]
    rows = range(0, len(cells), COLUMNS)
    return [" ".join(cells[at : at + COLUMNS]).rstrip() for at in rows]


def asked_for(words: list[str]) -> tuple[int, int]:
    """Return which two words are asked for, from 1: the same ones for the same key."""
    digest = hashlib.sha256(" ".join(words).encode()).digest()
    first = digest[0] % len(words)
    second = (first + 1 + digest[1] % (len(words) - 1)) % len(words)
    return min(first, second) + 1, max(first, second) + 1


def _confirmed(invocation: Invocation, words: list[str], again: str) -> bool:
    if not invocation.somebody_is_there:
        return False
    for place in asked_for(words):
        for left in reversed(range(TRIES)):
            question = invocation.out.say("cli-ask-recovery-word", place=place)
            try:
                typed = prompt(question, default="", show_default=False).strip().casefold()
            except NobodyThereError:
                return False
            if typed in SKIP:
                return False
            if typed == words[place - 1]:
                break
            if not left:
                raise Failure("cli-recovery-begin-again", command=again)
            invocation.out.must_know("cli-recovery-word-wrong", place=place)
    invocation.out.note("cli-recovery-confirmed")
    return True


def _write_sheet(invocation: Invocation, profile: "Profile", words: str, path: Path) -> None:
    from teamchat.client.recovery_sheet import Sheet, page
    from teamchat.clock import SystemClock
    from teamchat.identity.statements import day_of

    sheet = Sheet(
        words,
        profile.name,
        profile.user_name,
        profile.organisation,
        profile.server,
        day_of(SystemClock().now()),
        profile.language,
    )
    with invocation.out.into(path):
        invocation.out.raw(page(sheet))
    invocation.out.must_know("cli-recovery-sheet", path=str(path))


class Asked:
    """Asks for the recovery key; asked once more, it first says that the one before was another.

    Args:
        invocation: The run.
        source: Where to look before somebody is asked.
    """

    def __init__(self, invocation: Invocation, source: Secret) -> None:
        self._invocation = invocation
        self._source = source
        self._asked = False

    def __call__(self) -> str:
        """Return what was typed."""
        if self._asked and self._source != TYPED:
            raise Failure("cli-recovery-key-not-now")
        if self._asked:
            self._invocation.out.must_know("cli-recovery-key-other")
        self._asked = True
        if self._source == TYPED:  # seen while it is typed: nobody types 16 words unseen
            option = "--recovery-key-file"
            return self._invocation.ask("cli-ask-recovery-key", option, wrong=mistyped)
        found = read_secret(self._source)
        problem = mistyped(found)
        if problem is not None:
            raise problem
        return found


def mistyped(typed: str) -> Failure | None:
    """Say what is wrong with the words, as far as the words alone tell."""
    from teamchat.client.recovery_words import slip_of

    found = slip_of(typed)
    return None if found is None else Failure(found.key, **found.arguments)
