"""The sheet of paper with the recovery key: one HTML page that needs nothing from elsewhere.

It is made to be printed and then deleted. What is filled in is escaped; the page may load nothing
and run nothing.
"""

import html
from dataclasses import dataclass, field
from typing import Final

from teamchat.i18n import Catalogue

_STYLE: Final = """
body { font: 12pt sans-serif; max-width: 44em; margin: 3em auto; color: #000; background: #fff }
h1 { font-size: 18pt }
ol { columns: 2; font: bold 14pt monospace; line-height: 2; border: 1px solid; padding: 1em 3em }
dt { float: left; clear: left; width: 11em; color: #444 }
dd { margin-left: 11em }
"""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on the sheet.

    Attributes:
        words: The recovery key.
        name: Whose it is.
        user_name: Under which name they log in.
        organisation: Where they work.
        server: Where they log in.
        day: When the key was made, YYYY-MM-DD.
        language: The language to write in.
    """

    words: str = field(repr=False)
    name: str
    user_name: str
    organisation: str
    server: str
    day: str
    language: str


def page(sheet: Sheet) -> str:
    """Return the sheet as an HTML page."""
    texts = Catalogue(sheet.language)
    say = texts.text
    facts = (
        (say("trust-sheet-whose"), f"{sheet.name} ({sheet.user_name})"),
        (say("trust-sheet-organisation"), sheet.organisation),
        (say("trust-sheet-server"), sheet.server),
        (say("trust-sheet-day"), sheet.day),
    )
    rows = "\n".join(f"<dt>{_safe(name)}</dt><dd>{_safe(value)}</dd>" for name, value in facts)
    words = "\n".join(f"<li>{_safe(word)}</li>" for word in sheet.words.split())
    command = f"teamchat recover {sheet.server} {sheet.user_name}"
    said = (
        say("trust-sheet-what-for", command=command),
        say("trust-sheet-keep"),
        say("trust-sheet-delete"),
    )
    paragraphs = "\n".join(f"<p>{_safe(each)}</p>" for each in said)
    title = _safe(say("trust-sheet-title"))
    return f"""<!doctype html>
<html lang="{texts.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>{_STYLE}</style>
</head>
<body>
<h1>{title}</h1>
<dl>
{rows}
</dl>
<ol>
{words}
</ol>
{paragraphs}
</body>
</html>
"""


def _safe(text: str) -> str:
    return html.escape(text)
