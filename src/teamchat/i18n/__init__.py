"""Every text that a person reads, in the languages teamchat speaks (Fluent).

One folder for each language, one file for each place, the same keys in both languages:
`system-` are lines of a timeline, `error-`, `alarm-`, `notice-` and `link-` say what happened and
what to do, `trust-` how well keys are known, `cli-` and `tui-` belong to the command line and the
terminal client. Texts are active, short, without jargon (German: Sie); they say what happened,
what is safe, what to do. What is put into a text is data: Fluent does not read it, and whoever
shows it makes it harmless for the place where it is shown.
"""

from collections.abc import Mapping
from functools import cached_property
from importlib import resources
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from fluent.runtime import FluentBundle

LANGUAGES: Final = ("en", "de")
DEFAULT: Final = "en"
_VARIABLES: Final = ("LC_ALL", "LC_MESSAGES", "LANG")
_OPTIONAL: Final = {"by": "nobody", "by-own": "no", "who-own": "no", "detail": "nothing"}
"""Arguments that a text may be shown without; it then chooses the variant of this name."""
COUNTS: Final = frozenset(
    {"approved", "count", "days", "expected", "hours", "joined", "kib", "lines", "most", "size"}
    | {"quorum", "threshold"}
)
"""Arguments that say how many. They may come as digits: what is stored with a line or an error is
text, and Fluent chooses between one and many by a number only."""
_DIGITS: Final = 15
"""More of them are no count of ours."""


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
    """

    def __init__(self, language: str) -> None:
        self.language: Final = language if language in LANGUAGES else DEFAULT

    def text(self, key: str, /, **arguments: str | int) -> str:
        """Return a text with its arguments filled in; the key itself if there is no such text.

        A key may come from a newer version of teamchat that used this profile before; it is
        better to show the key than to show nothing or to stop.
        """
        filled = {name: _counted(name, value) for name, value in arguments.items()}
        for name, absent in _OPTIONAL.items():
            filled[name] = filled.get(name) or absent
        for bundle in self._bundles:
            if bundle.has_message(key):
                pattern = bundle.get_message(key).value
                if pattern is not None:
                    written, _errors = bundle.format_pattern(pattern, filled)
                    return str(written)
        return key

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and any(bundle.has_message(key) for bundle in self._bundles)

    @cached_property
    def _bundles(self) -> tuple["FluentBundle", ...]:
        chain = dict.fromkeys((self.language, DEFAULT))
        return tuple(_bundle(name) for name in chain)


def _counted(name: str, value: str | int) -> str | int:
    if name not in COUNTS or isinstance(value, int):
        return value
    return int(value) if value.isdecimal() and len(value) <= _DIGITS else value


def source(language: str) -> str:
    """Return the Fluent source of one language."""
    places = sorted((resources.files(__name__) / language).iterdir(), key=lambda place: place.name)
    return "\n".join(place.read_text("utf-8") for place in places if place.name.endswith(".ftl"))


def _bundle(language: str) -> "FluentBundle":
    from fluent.runtime import FluentBundle, FluentResource

    bundle = FluentBundle([language], use_isolating=False)
    bundle.add_resource(FluentResource(source(language)))
    return bundle
