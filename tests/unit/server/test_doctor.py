import shutil
import sqlite3
from pathlib import Path

from teamchat.server import tls
from teamchat.server.composition import BLOBS, DATABASE, composed
from teamchat.server.doctor import examine
from teamchat.server.findings import Finding, State
from teamchat.server.settings import Settings, load
from tests.support.clock import FakeClock
from tests.support.office import office

DAY = 86_400


async def installed(tmp_path: Path, **given: object) -> Settings:
    """Make a database of this version's schema; no organisation."""
    cheap = {
        "passwords_memory_kib": 64,
        "passwords_passes": 1,
        "passwords_weak_for_tests": True,
        "blobs_free_bytes": 1,
    }
    settings = load(None, {}, server_data=str(tmp_path / "d"), **{**cheap, **given})
    async with composed(settings, clock=FakeClock(), random=bytes):
        pass
    return settings


def failed(findings: list[Finding]) -> set[str]:
    """What is wrong, but for the cheap hashes that these tests ask for."""
    return {each.subject for each in findings if each.state is State.FAILED} - {"passwords"}


async def test_what_was_not_founded_is_said_so(tmp_path: Path) -> None:
    settings = await installed(tmp_path)
    assert failed(examine(settings, clock=FakeClock())) == {"organisation"}


async def test_cheap_hashes_are_found(tmp_path: Path) -> None:
    weak = await installed(tmp_path)
    assert state_of("passwords", examine(weak, clock=FakeClock())) is State.FAILED
    usual = load(None, {}, server_data=str(weak.data))
    assert state_of("passwords", examine(usual, clock=FakeClock())) is State.WELL


async def test_rights_schema_and_damage_are_found(tmp_path: Path) -> None:
    settings = await installed(tmp_path)
    (settings.data / BLOBS).chmod(0o750)
    connection = sqlite3.connect(settings.data / DATABASE)
    connection.execute("UPDATE alembic_version SET version_num = '0000'")
    connection.commit()
    connection.close()
    assert failed(examine(settings, clock=FakeClock())) == {"organisation", "files", "schema"}
    (settings.data / DATABASE).write_bytes(b"no database at all" * 1000)
    assert "database" in failed(examine(settings, clock=FakeClock()))


async def test_a_key_that_others_can_read_is_found(tmp_path: Path) -> None:
    settings = await installed(tmp_path)
    (seed,) = settings.data.glob("key-log-*.seed")
    seed.chmod(0o640)
    findings = examine(settings, clock=FakeClock())
    assert failed(findings) == {"organisation", "files"}
    assert any(str(seed) in each.words for each in findings if each.state is State.FAILED)
    assert state_of("key directory", findings) is State.WELL


def state_of(subject: str, findings: list[Finding]) -> State:
    return next(each.state for each in findings if each.subject == subject)


async def test_a_missing_write_ahead_log_is_found(tmp_path: Path) -> None:
    settings = await installed(tmp_path)
    assert state_of("journal", examine(settings, clock=FakeClock())) is State.WELL
    connection = sqlite3.connect(settings.data / DATABASE)
    connection.execute("PRAGMA journal_mode=DELETE")
    connection.close()
    assert "journal" in failed(examine(settings, clock=FakeClock()))


async def test_a_clock_that_has_gone_back_is_found(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        now = desk.clock.now()
        settings = desk.parts.settings
    assert failed(examine(settings, clock=FakeClock(now - 119))) == set()
    assert failed(examine(settings, clock=FakeClock(now - 121))) == {"clock"}


async def test_an_address_that_leads_elsewhere_is_pointed_out(tmp_path: Path) -> None:
    url = {"server_public_url": "https://chat.example:9443"}
    tls_files: dict[str, object] = {"tls_certificate": "cert.pem", "tls_key": "key.pem"}
    cases: tuple[tuple[dict[str, object], State], ...] = (
        ({}, State.FAILED),
        (tls_files, State.WARNING),
        ({"server_port": 9443, **tls_files}, State.WARNING),
        ({"server_port": 9443, "server_host": "0.0.0.0", **tls_files}, State.WELL),  # noqa: S104 - the address under test
        ({"server_trusted_proxies": ["10.0.0.1"]}, State.WELL),
        ({"server_public_url": "https://chat.example", **tls_files}, State.WARNING),
        ({"server_public_url": "http://localhost:8420"}, State.WELL),
    )
    for number, (given, state) in enumerate(cases):
        settings = await installed(tmp_path / str(number), **{**url, **given})
        assert state_of("transport", examine(settings, clock=FakeClock())) is state


async def test_a_directory_with_an_odd_name_is_looked_at(tmp_path: Path) -> None:
    (tmp_path / "a?b#c%20").mkdir()
    settings = await installed(tmp_path / "a?b#c%20")
    assert failed(examine(settings, clock=FakeClock())) == {"organisation"}


async def test_a_disk_that_fills_is_warned_of(tmp_path: Path) -> None:
    free = shutil.disk_usage(tmp_path).free
    settings = await installed(tmp_path, blobs_free_bytes=int(free / 1.5))
    assert state_of("disk", examine(settings, clock=FakeClock())) is State.WARNING


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
    named = {**given, "server_host": "0.0.0.0", "server_port": 443}  # noqa: S104 - the address under test
    for host, wanted in (("localhost", State.WELL), ("chat.example", State.FAILED)):
        settings = await installed(tmp_path, **named, server_public_url=f"https://{host}")
        assert state() is wanted
    proxied = {"server_trusted_proxies": ["10.0.0.1"], "server_public_url": "https://chat.example"}
    settings = await installed(tmp_path, **given, **proxied)
    assert state() is State.WELL, "people see the certificate of the proxy"
    settings = await installed(tmp_path, **given)
    clock.advance((tls.SERVER_DAYS - 10) * DAY)
    assert state() is State.WARNING
    clock.advance(20 * DAY)
    assert state() is State.FAILED
    files.certificate.unlink()
    assert state() is State.FAILED
