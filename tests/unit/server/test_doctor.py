from pathlib import Path

from teamchat.server import tls
from teamchat.server.composition import BLOBS, DATABASE, composed
from teamchat.server.doctor import Finding, State, examine
from teamchat.server.settings import Settings, load
from tests.support.clock import FakeClock

DAY = 86_400


async def installed(tmp_path: Path, **given: object) -> Settings:
    """Make a database of this version's schema; no organisation."""
    cheap = {"passwords_memory_kib": 64, "passwords_passes": 1, "blobs_free_bytes": 1}
    settings = load(None, {}, server_data=str(tmp_path / "d"), **{**cheap, **given})
    async with composed(settings, clock=FakeClock(), random=bytes):
        pass
    return settings


def failed(findings: list[Finding]) -> set[str]:
    return {finding.subject for finding in findings if finding.state is State.FAILED}


async def test_what_was_not_founded_is_said_so(tmp_path: Path) -> None:
    settings = await installed(tmp_path)
    assert failed(examine(settings, clock=FakeClock())) == {"organisation"}


async def test_rights_schema_and_damage_are_found(tmp_path: Path) -> None:
    import sqlite3

    settings = await installed(tmp_path)
    (settings.data / BLOBS).chmod(0o750)
    connection = sqlite3.connect(settings.data / DATABASE)
    connection.execute("UPDATE alembic_version SET version_num = '0000'")
    connection.commit()
    connection.close()
    assert failed(examine(settings, clock=FakeClock())) == {"organisation", "files", "schema"}
    (settings.data / DATABASE).write_bytes(b"no database at all" * 1000)
    assert "database" in failed(examine(settings, clock=FakeClock()))


async def test_a_full_disk_is_found(tmp_path: Path) -> None:
    settings = await installed(tmp_path, blobs_free_bytes=2**52)
    assert "disk" in failed(examine(settings, clock=FakeClock()))


async def test_a_certificate_is_watched(tmp_path: Path) -> None:
    clock = FakeClock()
    files = tls.make(tmp_path / "t", names=["localhost"], organisation="x", now=clock.now())
    given = {"tls_certificate": str(files.certificate), "tls_key": str(files.key)}
    settings = await installed(tmp_path, **given)

    def state() -> State:
        found = examine(settings, clock=clock)
        return next(each.state for each in found if each.subject == "certificate")

    assert state() is State.WELL
    clock.advance((tls.SERVER_DAYS - 10) * DAY)
    assert state() is State.WARNING
    clock.advance(20 * DAY)
    assert state() is State.FAILED
    files.certificate.unlink()
    assert state() is State.FAILED
