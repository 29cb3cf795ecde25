"""The doctor: looks at an installation, changes nothing, and says what is wrong with it."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from shlex import quote
from typing import Final
from urllib.parse import urlsplit

from teamchat.clock import Clock
from teamchat.server import doctor_key_log, tls
from teamchat.server.composition import BLOBS, DATABASE
from teamchat.server.findings import Finding, State
from teamchat.server.reach import unreachable
from teamchat.server.settings import Settings, require_private_transport
from teamchat.server.settings_values import SettingsError
from teamchat.server.storage.log_key import PREFIX
from teamchat.server.storage.schema import NEWEST
from teamchat.server.tls import TLSError

DAY: Final = 86_400
SOON_DAYS: Final = 21
"""A certificate that ends sooner than this deserves a warning."""

FREE_SHARE: Final = 0.05
CLOCK_SECONDS: Final = 120
"""How far the clock may be behind what was written down last."""


def examine(settings: Settings, *, clock: Clock) -> list[Finding]:
    """Look at everything."""
    return [
        *_transport(settings),
        _passwords(settings),
        *_rights(settings),
        *_database(settings, clock.now()),
        *_disk(settings),
        *_certificate(settings, clock.now()),
    ]


def _transport(settings: Settings) -> Iterator[Finding]:
    try:
        require_private_transport(settings)
    except SettingsError as error:
        yield Finding("transport", State.FAILED, str(error))
        return
    address = urlsplit(settings.url)
    port = address.port or (443 if address.scheme == "https" else 80)
    proxied, why = bool(settings.server.trusted_proxies), unreachable(settings)
    if why:
        yield Finding("transport", State.WARNING, why)
    elif port != settings.server.port and not proxied:
        words = f"{settings.url} is forwarded to port {settings.server.port} by something else?"
        yield Finding("transport", State.WARNING, words)
    elif settings.url == settings.listens_on:
        yield Finding("transport", State.WELL, settings.url)
    else:
        words = f"{settings.url}, served on {settings.listens_on}"
        yield Finding("transport", State.WELL, words)


def _passwords(settings: Settings) -> Finding:
    """Tell what a guess at a password costs whoever has the database."""
    cost = settings.passwords
    words = f"argon2id with {cost.memory_kib} KiB and passes = {cost.passes}"
    if not cost.weak_for_tests:
        return Finding("passwords", State.WELL, words)
    return Finding(
        "passwords",
        State.FAILED,
        f"weak_for_tests is set in [passwords] ({words}); take it out: it is for tests alone",
    )


def _rights(settings: Settings) -> Iterator[Finding]:
    """Nobody else on the machine may read what the server keeps."""
    private = [settings.data, settings.data / DATABASE, settings.data / BLOBS]
    private += sorted(settings.data.glob(f"{PREFIX}*"))
    if settings.tls.key:
        private.append(Path(settings.tls.key))
    for path in private:
        if not path.exists():
            yield Finding("files", State.FAILED, f"{path} is missing; run teamchat-server init")
        elif path.stat().st_mode & 0o077:
            mode = path.stat().st_mode & 0o777
            private_mode = 700 if path.is_dir() else 600
            words = (
                f"{path} can be read by others ({mode:o}): chmod {private_mode} {quote(str(path))}"
            )
            yield Finding("files", State.FAILED, words)
        else:
            yield Finding("files", State.WELL, str(path))


def _database(settings: Settings, now: int) -> Iterator[Finding]:
    path = settings.data / DATABASE
    if not path.exists():
        return
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        try:
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            (journal,) = connection.execute("PRAGMA journal_mode").fetchone()
            (schema,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            (latest,) = connection.execute("SELECT max(time) FROM audit_event").fetchone()
            organisation = connection.execute("SELECT name FROM organisation").fetchone()
        finally:
            connection.close()
    except (sqlite3.Error, TypeError) as error:  # a table without a row is None
        yield Finding("database", State.FAILED, f"{path}: {error}")
        return
    state = State.WELL if found == "ok" else State.FAILED
    yield Finding("database", state, f"quick check: {found}")
    yield _journal(journal)
    yield _clock(latest or 0, now)
    if schema == NEWEST:
        yield Finding("schema", State.WELL, schema)
        yield from doctor_key_log.examine(settings, now)
    else:
        yield Finding("schema", State.FAILED, f"{schema}, not {NEWEST}; run migrate")
    if organisation is None:
        yield Finding("organisation", State.FAILED, "none; run teamchat-server init")
    else:
        yield Finding("organisation", State.WELL, str(organisation[0]))


def _journal(mode: str) -> Finding:
    """Without its write-ahead log SQLite does not keep what this server promises."""
    if mode == "wal":
        return Finding("journal", State.WELL, "write-ahead log")
    words = f"{mode} in place of a write-ahead log; is the directory on a local disk?"
    return Finding("journal", State.FAILED, words)


def _clock(latest: int, now: int) -> Finding:
    """What was written down later than now shows that the clock has gone back."""
    behind = latest - now
    if behind <= CLOCK_SECONDS:
        return Finding("clock", State.WELL, "not behind what was written down last")
    words = f"{behind} seconds behind what was written down last; set it, and keep it by NTP"
    return Finding("clock", State.FAILED, words)


def _disk(settings: Settings) -> Iterator[Finding]:
    if not settings.data.exists():
        return
    usage = shutil.disk_usage(settings.data)
    words = f"{usage.free / 2**30:.1f} GiB are free"
    least = max(usage.total * FREE_SHARE, settings.blobs.free_bytes)
    if usage.free < least:
        yield Finding("disk", State.FAILED, f"{words}; files are refused, make room")
    elif usage.free < 2 * least:
        yield Finding("disk", State.WARNING, f"{words}; make room before it is full")
    else:
        yield Finding("disk", State.WELL, words)


def _certificate(settings: Settings, now: int) -> Iterator[Finding]:
    if not settings.tls.certificate:
        return
    certificate, key = Path(settings.tls.certificate), Path(settings.tls.key)
    host = urlsplit(settings.server.public_url).hostname
    try:
        tls.context(certificate, key)
        names = tls.names_of(certificate)
        days = (tls.shown(certificate).not_after - now) // DAY
    except TLSError as error:
        yield Finding("certificate", State.FAILED, str(error))
        return
    if host and not settings.server.trusted_proxies and not tls.covers(names, host):
        listed = ", ".join(names) or "nobody"
        words = f"{certificate} is for {listed} and not for {host}, so that no client takes it"
        yield Finding("certificate", State.FAILED, f"{words}: make one with the name of public_url")
    elif days < 0:
        yield Finding("certificate", State.FAILED, f"ended {-days} days ago")
    else:
        state = State.WELL if days >= SOON_DAYS else State.WARNING
        yield Finding("certificate", state, f"ends in {days} days")
