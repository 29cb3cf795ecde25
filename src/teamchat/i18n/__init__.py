"""Every text that a person reads, in the languages teamchat speaks (Fluent).

One folder for each language, one file for each place, the same keys in both languages:
`system-` are lines of a timeline, `error-`, `alarm-`, `notice-` and `link-` say what happened and
what to do, `trust-` how well keys are known, `cli-`, `tui-` and `web-` belong to the command line,
the terminal client and the one in the browser, which takes words of the terminal where it can.
Where a place has its own way to do what a text advises, it says `cli-alarm-…` for `alarm-…`; what
is read everywhere names no command of a shell and no key.
Texts are active, short, without jargon (German: Sie); they say what happened, what is safe, what
to do. What is put into a text is data: Fluent does not read it, and whoever shows it makes it
harmless for the place where it is shown. No text refers to another: each is read alone, when it
is first asked for, since reading all of them takes longer than most commands.
"""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from fluent.runtime.resolver import Pattern

LANGUAGES: Final = ("en", "de")
DEFAULT: Final = "en"
_VARIABLES: Final = ("LC_ALL", "LC_MESSAGES", "LANG")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_OPTIONAL: Final = {
    "by": "nobody",
    "by-own": "no",
    "who-own": "no",
    "detail": "nothing",
    "called": "nothing",
    "remover": "nothing",
}
"""Arguments that a text may be shown without; it then chooses the variant of this name."""
COUNTS: Final = frozenset(
    {"approved", "count", "days", "expected", "hours", "joined", "kib", "lines", "most", "size"}
    | {"quorum", "threshold"}
)
"""Arguments that say how many. They may come as digits: what is stored with a line or an error is
text, and Fluent chooses between one and many by a number only."""
_DIGITS: Final = 15
"""More of them are no count of ours."""
_TEXT: Final = re.compile(r"^([A-Za-z][\w-]*) *=.*(?:\n(?![A-Za-z#-]).*)*", re.MULTILINE)
"""A message of a Fluent source: it ends before the next line that begins another or a comment."""


def language(setting: str, environment: Mapping[str, str]) -> str:
    """Return the language to speak.

    Args:
        setting: What the person or their profile asks for; empty if nothing.
        environment: The process's environment: LC_ALL, LC_MESSAGES, LANG in this order.
    """
    asked = [setting]
    first = next((environment[name] for name in _VARIABLES if environment.get(name)), "")
    for wish in (*asked, first):
        short = wish.replace("-", "_").partition("_")[0].partition(".")[0].lower()
        if short in LANGUAGES:
            return short
    return DEFAULT


class Catalogue:
    """The texts of one language; what it lacks is said in English.

    Args:
        language: One of `LANGUAGES`; any other speaks English.
        place: `cli`, `tui` or `web`: what it says in its own way is said so; empty for no place.
    """

    def __init__(self, language: str, place: str = "") -> None:
        self.language: Final = language if language in LANGUAGES else DEFAULT
        self._place: Final = place

    def text(self, key: str, /, **arguments: str | int) -> str:
        """Return a text with its arguments filled in; the key itself if there is no such text.

        A key may come from a newer version of teamchat that used this profile before; it is
        better to show the key than to show nothing or to stop.
        """
        filled = {name: _counted(name, value) for name, value in arguments.items()}
        if isinstance(day := filled.get("day"), str):
            filled["day"] = self._in_words(day)
        for name, absent in _OPTIONAL.items():
            filled[name] = filled.get(name) or absent
        for name in dict.fromkeys((self.language, DEFAULT)):
            texts, own = _texts(name), f"{self._place}-{key}"
            said = texts.say(own if own in texts else key, filled)
            if said is not None:
                return said
        return key

    def day(self, day: date) -> str:
        """Return a date as people write it within a sentence."""
        month = self.text(f"tui-month-{day.month}")
        return (
            _texts(self.language).say(
                "cli-day", {"day": str(day.day), "month": month, "year": str(day.year)}
            )
            or day.isoformat()
        )

    def _in_words(self, day: str) -> str:
        """Return a day that is written as an entry of the key directory writes it, in words."""
        try:
            return self.day(date.fromisoformat(day)) if _DATE.fullmatch(day) else day
        except ValueError:  # no day of any month
            return day

    def __contains__(self, key: object) -> bool:
        return key in _texts(self.language) or key in _texts(DEFAULT)


def _counted(name: str, value: str | int) -> str | int:
    if name not in COUNTS or isinstance(value, int):
        return value
    return int(value) if value.isdecimal() and len(value) <= _DIGITS else value


def source(language: str) -> str:
    """Return the Fluent source of one language."""
    places = sorted((resources.files(__name__) / language).iterdir(), key=lambda place: place.name)
    return "\n".join(place.read_text("utf-8") for place in places if place.name.endswith(".ftl"))


class _Texts:
    """The texts of one language, each parsed when it is first said."""

    def __init__(self, language: str) -> None:
        from fluent.runtime import FluentBundle

        self._written = {found[1]: found[0] for found in _TEXT.finditer(source(language))}
        self._bundle = FluentBundle([language], use_isolating=False)

    def __contains__(self, key: object) -> bool:
        return key in self._written

    def say(self, key: str, filled: Mapping[str, str | int]) -> str | None:
        """Return a text with its arguments filled in, or None if there is no such text."""
        pattern = self._pattern(key) if key in self._written else None
        if pattern is None:
            return None
        written, _errors = self._bundle.format_pattern(pattern, dict(filled))
        return str(written)

    def _pattern(self, key: str) -> "Pattern | None":
        from fluent.runtime import FluentResource

        if not self._bundle.has_message(key):
            self._bundle.add_resource(FluentResource(self._written[key]))
        return self._bundle.get_message(key).value


@cache
def _texts(language: str) -> _Texts:
    return _Texts(language)
