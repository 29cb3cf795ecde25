"""The sheet of paper with new recovery words, as the terminal client hands it out."""

from dataclasses import dataclass, field
from typing import Protocol

from teamchat.client.recovery_sheet import Sheet, page
from teamchat.clock import SystemClock
from teamchat.identity.statements import day_of


class Holder(Protocol):
    """Whose recovery words they are."""

    @property
    def name(self) -> str: ...

    @property
    def user_name(self) -> str: ...

    @property
    def organisation(self) -> str: ...

    @property
    def server(self) -> str: ...

    @property
    def language(self) -> str: ...


@dataclass(frozen=True, slots=True)
class NewWords:
    """Recovery words that were just made.

    Attributes:
        words: In their order.
        sheet: A page to print, with them and whose they are.
    """

    words: tuple[str, ...] = field(repr=False)
    sheet: str = field(repr=False)


def new_words(holder: Holder, words: str) -> NewWords:
    """Return words with a sheet to print.

    Args:
        holder: Whose they are.
        words: With spaces between them.
    """
    day = day_of(SystemClock().now())
    sheet = Sheet(
        words,
        holder.name,
        holder.user_name,
        holder.organisation,
        holder.server,
        day,
        holder.language,
    )
    return NewWords(tuple(words.split()), page(sheet))
