import pytest
from sqlalchemy import create_engine

from teamchat.server.services import audit
from teamchat.server.services.audit_events import Event
from teamchat.server.storage.queries.governance import audit_events
from teamchat.server.storage.tables.all_tables import metadata


def test_an_event_is_written_with_its_details_in_order() -> None:
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    with engine.begin() as connection:
        audit.record(
            connection,
            event=Event.ROOM_MEMBER_ADDED,
            actor="a",
            subject="r",
            detail={"member_id": "m", "epoch": 3},
            now=7,
        )
        audit.record(connection, event=Event.ROOM_ARCHIVED, actor="a", subject="r", now=8)
        assert audit_events(connection) == [
            ("room.member_added", "a", "r", '{"epoch":3,"member_id":"m"}'),
            ("room.archived", "a", "r", "{}"),
        ]
    engine.dispose()


def test_a_detail_that_the_catalogue_does_not_name_is_refused() -> None:
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    with engine.begin() as connection:
        with pytest.raises(ValueError, match=r"room\.created has no detail title"):
            audit.record(
                connection,
                event=Event.ROOM_CREATED,
                actor="a",
                subject="r",
                detail={"kind": "group", "title": "Übernahme"},
                now=7,
            )
        assert audit_events(connection) == []
    engine.dispose()
