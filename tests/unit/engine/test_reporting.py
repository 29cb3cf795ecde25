"""The server is told of each alarm about its directory, once, and of nothing in it."""

import hashlib

import msgspec
import pytest

from teamchat.engine import evidence, reporting
from teamchat.engine.key_records import FindingRecord
from teamchat.i18n import Catalogue
from teamchat.identity import statements
from teamchat.ids import ConversationId, identifier
from teamchat.server.services.key_log_beginning import MOMENT
from teamchat.transparency import SignedNote
from teamchat.wire.alarms import AlarmKind, ReportAlarm
from teamchat.wire.devices import AskRemoval
from tests.scenarios.test_key_directory_lies import another_log, begun_anew, look, show
from tests.support.pair import anna, bo, talk, world
from tests.support.simulated_keys import BEGUN
from tests.support.simulator import Peer, World

__all__ = ["anna", "bo", "talk", "world"]


def rolled_back(world: World, peer: Peer) -> None:
    world.server.keys.others[peer.account.device] = another_log(world, without=1)
    look(world, peer)


def test_an_alarm_is_reported_once_with_its_digest(world: World, anna: Peer, bo: Peer) -> None:
    rolled_back(world, anna)
    ((device, told),) = world.server.alarms
    (found,) = anna.engine.desk.keys.findings
    assert (device, told.kind, told.log) == (anna.account.device, AlarmKind.ROLLBACK, BEGUN)
    assert told.evidence == evidence.digest_of(found)
    look(world, anna)
    anna.restart()
    world.run()
    assert len(world.server.alarms) == 1


def test_without_a_connection_it_is_reported_later(
    world: World, anna: Peer, bo: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(world.server, "answer", refusing(world))
        rolled_back(world, anna)
        assert world.server.alarms == []
        anna.restart()
        world.run()
    assert world.server.alarms == []
    anna.restart()
    world.run()
    assert len(world.server.alarms) == 1


def refusing(world: World) -> object:
    """Answer as ever, but to a report."""
    from teamchat.engine.commands import Query
    from teamchat.ids import DeviceId
    from teamchat.wire.problems import Code

    honest = world.server.answer

    def answer(device: DeviceId, query: Query) -> object:
        if query.path == "/me/alarms":
            return Code.TOO_MANY_REQUESTS
        return honest(device, query)

    return answer


def test_what_its_operator_did_and_what_others_report_is_passed_over(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    stranger = statements.Added(bo.account.user, bo.account.device, b"no certificate", "2026-11-21")
    show(world, anna, another_log(world, stranger))
    world.server.keys.others[anna.account.device] = begun_anew(
        world, SignedNote.decode(anna.engine.desk.keys.pin.note.encode())  # type: ignore[union-attr]  # it is there
    )  # fmt: skip
    look(world, anna)
    kinds = [each.kind for each in anna.engine.desk.keys.findings]
    assert kinds == ["alarm-entry-refused", "alarm-key-log-anew"]
    assert world.server.alarms == []


def test_what_a_log_is_called_is_a_number_that_the_wire_takes() -> None:
    in_thirty_years = 2_700_000_000
    told = ReportAlarm(AlarmKind.FORK, in_thirty_years * MOMENT + MOMENT - 1, bytes(32))
    assert msgspec.json.decode(msgspec.json.encode(told), type=ReportAlarm) == told
    asked = AskRemoval(identifier(bytes(16)), 1, bytes(64), told.log)  # type: ignore[arg-type]
    assert msgspec.json.decode(msgspec.json.encode(asked), type=AskRemoval) == asked


def test_every_kind_that_is_reported_is_an_alarm() -> None:
    catalogue = Catalogue("en")
    assert all(kind in catalogue for kind in reporting.KINDS)


def test_the_digest_is_what_two_programs_of_every_system_make() -> None:
    found = FindingRecord("alarm-key-log-split", 1, b"ours", claim="5 00", log_key="a+b+c")
    files = evidence.files_of(found)
    assert files == {"log.vkey": b"a+b+c\n", "known.checkpoint": b"ours", "claim.txt": b"5 00\n"}
    lines = [f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)]
    assert evidence.listed(files) == "".join(lines)
    assert evidence.digest_of(found) == hashlib.sha256("".join(lines).encode()).digest()
