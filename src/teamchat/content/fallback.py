"""The plain text of a message: what can be shown where nothing but text can.

Markdown is shown as it was written, HTML without its tags. Nothing here makes text safe for
a terminal: that is for whoever shows it.
"""

import html.parser
from typing import Final

from teamchat.content.model import (
    ExternalPart,
    Message,
    MultiPart,
    NullPart,
    Part,
    PartSemantics,
    SinglePart,
    UnknownPart,
)

PLAIN: Final = "text/plain;charset=utf-8"
MARKDOWN: Final = "text/markdown;variant=GFM-MIMI"
_SILENT: Final = frozenset({"script", "style", "head", "template"})


def plain_text(message: Message) -> str:
    """Return the text of a message; empty if nothing in it can be read."""
    return part_text(message.part) or ""


def part_text(part: Part) -> str | None:
    """Return the text of a part; None if it cannot be read."""
    match part:
        case NullPart():
            return ""
        case SinglePart():
            return _single_text(part)
        case ExternalPart():
            return part.description or part.filename or None
        case MultiPart():
            return _multi_text(part)
        case UnknownPart():
            return None


def _multi_text(part: MultiPart) -> str | None:
    texts = [part_text(inner) for inner in part.parts]
    readable = [text for text in texts if text is not None]
    if not readable:
        return None
    if part.semantics is PartSemantics.CHOOSE_ONE:
        return readable[0]
    return "\n".join(text for text in readable if text)


def _single_text(part: SinglePart) -> str | None:
    main = media_type(part.content_type)
    if main not in {"text/plain", "text/markdown", "text/html"}:
        return None
    try:
        text = part.content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if main == "text/markdown":
        return text.replace("&lt;", "<")
    return _without_tags(text) if main == "text/html" else text


def media_type(content_type: str) -> str:
    """Return type and subtype, without parameters, in lower case."""
    return content_type.partition(";")[0].strip().lower()


class _Words(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        if tag == "img":
            self.words.append(dict(attrs).get("alt") or "")
        if tag in {"br", "p", "div", "li", "tr", "h1", "h2", "h3"}:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(0, self._silent - (tag in _SILENT))

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)


def _without_tags(text: str) -> str:
    words = _Words()
    words.feed(text)
    words.close()
    lines = ("".join(words.words)).splitlines()
    return "\n".join(line.strip() for line in lines if line.strip())
