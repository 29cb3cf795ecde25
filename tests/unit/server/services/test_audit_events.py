import re

from teamchat.server.services.audit_events import Event, event_of
from tests.support import audit_reference


def test_names_are_unique_and_well_made() -> None:
    labels = [event.label for event in Event]
    assert len(set(labels)) == len(labels) == 118
    assert all(re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", label) for label in labels)


def test_a_member_is_named_like_its_event() -> None:
    assert all(event.name == event.label.upper().replace(".", "_") for event in Event)


def test_events_are_found_by_name() -> None:
    assert event_of("room.created") is Event.ROOM_CREATED
    assert event_of("room.painted") is None


def test_the_server_records_nothing_outside_the_catalogue() -> None:
    assert audit_reference.written()
    assert audit_reference.written() <= set(Event.__members__)


def test_the_reference_says_what_there_is_and_what_is_written() -> None:
    assert audit_reference.PAGE.read_text(encoding="utf-8") == audit_reference.page(), (
        "run: python -m tests.support.audit_reference"
    )
    assert "AUTH_LOGIN" in audit_reference.written()
    assert "AUDIT_EXPORTED" not in audit_reference.written()
