from pathlib import Path

import pytest

from teamchat.server.composition import composed
from teamchat.server.services.founding import FoundedError, Plan
from teamchat.server.settings import load
from teamchat.server.storage.queries.governance import audit_events
from teamchat.server.storage.queries.people import organisation_name
from teamchat.wire.bodies import CreateSite
from teamchat.wire.problems import ProblemError
from tests.support.clock import FakeClock
from tests.support.server import CHEAP


def plan(*zones: str) -> Plan:
    return Plan(
        organisation="Beispiel AG",
        sites=[CreateSite(zone, zone) for zone in zones],
        user_name="ada",
        display_name="Ada",
        language="de",
    )


async def test_an_organisation_is_founded_once_and_whole_or_not_at_all(tmp_path: Path) -> None:
    import os

    loaded = load(None, {}, server_data=str(tmp_path), **CHEAP)
    async with composed(loaded, clock=FakeClock(), random=os.urandom) as parts:
        with pytest.raises(ProblemError):
            await parts.found(plan("Europe/Berlin", "Mars/Olympus"))
        assert await parts.database.read(organisation_name) is None
        assert await parts.database.read(audit_events) == []
        founded = await parts.found(plan("Europe/Berlin", "Asia/Shanghai"))
        assert founded.admin.site == founded.sites[0]
        with pytest.raises(FoundedError):
            await parts.found(plan("Europe/Berlin"))
        events = await parts.database.read(audit_events)
        assert {actor for _, actor, *_ in events} == {"operator"}
        granted = [detail for event, _, _, detail in events if event == "role.granted"]
        assert granted == [
            '{"role":"it_admin","scope":"organisation"}',
            '{"role":"owner","scope":"organisation"}',
        ]
