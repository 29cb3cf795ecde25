"""The table of docs/reference/audit-events.md, made from the catalogue and from what writes it.

An event is written where the server's code names it; `audit_events` itself only lists it.

    python -m tests.support.audit_reference      write the table anew
"""

import re
from collections.abc import Iterator
from pathlib import Path

from teamchat.server.services.audit_events import Event

ROOT = Path(__file__).resolve().parents[2]
SERVER = ROOT / "src" / "teamchat" / "server"
PAGE = ROOT / "docs" / "reference" / "audit-events.md"
BEGIN, END = "<!-- events: begin -->", "<!-- events: end -->"
_NAMED = re.compile(r"\bEvent\.([A-Z_]+)\b")


def written() -> set[str]:
    """Return the members of `Event` that the server's code names."""
    return {
        name
        for path in SERVER.rglob("*.py")
        if path.name != "audit_events.py"
        for name in _NAMED.findall(path.read_text(encoding="utf-8"))
    }


def page() -> str:
    """Return the page with its table as it must be."""
    before, begin, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    return "".join((before, begin, "\n", *(f"{line}\n" for line in _lines()), END, after))


def _lines() -> Iterator[str]:
    now = written()
    yield "| event | written now | who causes it | about | details | OCSF class |"
    yield "|---|---|---|---|---|---|"
    for event in Event:
        name, actors, subject, details, ocsf = event.value
        mark = "yes" if event.name in now else "-"
        told = ", ".join(details.split()) or "-"
        yield f"| `{name}` | {mark} | {', '.join(actors.split())} | {subject} | {told} | {ocsf} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
