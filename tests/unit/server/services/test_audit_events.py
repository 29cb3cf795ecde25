import re
from pathlib import Path

from teamchat.server.services.audit_events import Event, event_of

SOURCES = Path(__file__).resolve().parents[4] / "src" / "teamchat" / "server"
REFERENCE = Path(__file__).resolve().parents[4] / "docs" / "reference" / "audit-events.md"


def test_names_are_unique_and_well_made() -> None:
    labels = [event.label for event in Event]
    assert len(set(labels)) == len(labels) == 100
    assert all(re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", label) for label in labels)


def test_a_member_is_named_like_its_event() -> None:
    assert all(event.name == event.label.upper().replace(".", "_") for event in Event)


def test_events_are_found_by_name() -> None:
    assert event_of("room.created") is Event.ROOM_CREATED
    assert event_of("room.painted") is None


def test_the_server_records_nothing_outside_the_catalogue() -> None:
    used = set()
    for path in SOURCES.rglob("*.py"):
        used |= set(re.findall(r"\bEvent\.([A-Z_]+)\b", path.read_text(encoding="utf-8")))
    assert used
    assert used <= set(Event.__members__)


def test_the_reference_lists_the_catalogue() -> None:
    rows = re.findall(r"^\| `([a-z_.]+)` \|", REFERENCE.read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == [event.label for event in Event]
