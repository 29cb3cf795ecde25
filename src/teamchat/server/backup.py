"""Backups: one file that holds the database and the encrypted files; and putting one back.

A backup is a tar of `manifest.json`, `teamchat.db` and `blobs/…`. The database is copied first:
every file that the copy knows was on the disk by then. A file that somebody deleted meanwhile
is left out. Putting a backup back never deletes: what was there is moved aside, and with it the
key of the key directory's log, which is in no backup: the log that was signed with it is over.
"""

import hashlib
import os
import re
import shutil
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

import teamchat
from teamchat.clock import Clock
from teamchat.errors import TeamchatError
from teamchat.ids import PATTERN
from teamchat.server.composition import BLOBS, DATABASE
from teamchat.server.services import restoration
from teamchat.server.services.restoration import Restored
from teamchat.server.storage import snapshot, sqlite
from teamchat.server.storage.lock import FileLock
from teamchat.server.storage.log_key import PREFIX
from teamchat.server.storage.queries.blobs import blob_ids
from teamchat.server.storage.schema import upgrade
from teamchat.server.storage.snapshot import NoRoomError

MANIFEST: Final = "manifest.json"
FORMAT: Final = 1
_MANIFEST_BYTES: Final = 256 * 2**20
_IDENTIFIER: Final = re.compile(PATTERN)
_UNFINISHED: Final = ".teamchat-backup-"
_RESTORING: Final = "restoring"


class BackupError(TeamchatError):
    """A backup cannot be made or cannot be used; the installation is as it was."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is in a backup: the hash of the database, the sizes of the files."""

    format: int
    version: str
    created: int
    database: str
    blobs: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A backup that was made."""

    sha256: str
    size: int
    blobs: int


def create(data: Path, to: Path, *, clock: Clock) -> Made:
    """Write a backup while the server runs, or while it does not.

    Raises:
        BackupError: There is such a file already, no room for it, or nothing to back up.
        SnapshotError: The database cannot be copied.
    """
    if not (data / DATABASE).is_file():
        raise BackupError(f"there is no {DATABASE} in {data}")
    if to.exists():
        raise BackupError(f"{to} exists; nothing was changed")
    try:
        with tempfile.TemporaryDirectory(prefix=_UNFINISHED, dir=to.parent) as beside:
            copied, unfinished = Path(beside) / DATABASE, Path(beside) / "backup"
            snapshot.copy(data / DATABASE, copied)
            with _created(unfinished) as file, tarfile.open(fileobj=file, mode="w") as tar:
                count = _pack(tar, data, copied, clock.now())
            sha256 = _hash(unfinished)
            unfinished.rename(to)
        _sync(to.parent)
    except NoRoomError as error:
        words = f"no room is left in {to.parent}; {data} is as it was"
        raise BackupError(f"cannot write {to}: {words}") from error
    except OSError as error:
        raise BackupError(f"cannot write {to}: {error.strerror}") from error
    _note(data, sha256, clock.now())
    return Made(sha256=sha256, size=to.stat().st_size, blobs=count)


def restore(data: Path, source: Path, *, clock: Clock) -> tuple[Restored, Path | None]:
    """Put a backup in the place of what is there; return what was marked, and where that is now.

    Raises:
        BackupError: This is no whole backup.
        DatabaseInUseError: The server runs.
        SchemaTooNewError: The backup is of a newer version.
    """
    with _directory(data):
        return _restore(data, source, clock)


def _restore(data: Path, source: Path, clock: Clock) -> tuple[Restored, Path | None]:
    lock = FileLock(data / DATABASE)
    staging = data / _RESTORING
    try:
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(mode=0o700)
        (staging / BLOBS).mkdir(mode=0o700)
        _unpack(source, staging)
        marked = _mark(staging / DATABASE, _hash(source), clock.now())
        aside = _put_in_place(data, staging)
    except OSError as error:
        raise BackupError(f"cannot restore {source}: {error.strerror or error}") from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        lock.release()
    return marked, aside


# --- making -----------------------------------------------------------------------------------


def _pack(tar: tarfile.TarFile, data: Path, database: Path, now: int) -> int:
    sizes: dict[str, int] = {}
    for which in sorted(_blobs_of(database)):
        path = data / BLOBS / which[:2] / which
        if path.is_file():
            sizes[which] = path.stat().st_size
    manifest = Manifest(
        format=FORMAT,
        version=teamchat.__version__,
        created=now,
        database=_hash(database),
        blobs=sizes,
    )
    listed = msgspec.json.encode(manifest)
    held = database.with_name(MANIFEST)
    held.write_bytes(listed)
    _add(tar, held, MANIFEST)
    _add(tar, database, DATABASE)
    for which in sizes:
        _add(tar, data / BLOBS / which[:2] / which, f"{BLOBS}/{which}")
    return len(sizes)


def _add(tar: tarfile.TarFile, path: Path, name: str) -> None:
    """Add a file under a name, and nothing about its owner."""
    with path.open("rb") as file:
        member = tarfile.TarInfo(name)
        member.size, member.mode = os.fstat(file.fileno()).st_size, 0o600
        tar.addfile(member, file)


def _blobs_of(database: Path) -> frozenset[str]:
    engine = sqlite.reader_engine(database)
    try:
        with engine.begin() as connection:
            return blob_ids(connection)
    finally:
        engine.dispose()


def _note(data: Path, sha256: str, now: int) -> None:
    """Write down that there is a backup; a server that runs lets one more write in between."""
    engine = sqlite.writer_engine(data / DATABASE)
    try:
        with engine.begin() as connection:
            restoration.note_backup(connection, sha256=sha256, now=now)
    finally:
        engine.dispose()


# --- putting back -----------------------------------------------------------------------------


def _unpack(source: Path, staging: Path) -> None:
    """Write out a backup, each file under a name of our own making.

    Raises:
        BackupError: It is none, not whole, or of a format that is not known here.
    """
    missing: dict[str, int] | None = None
    try:
        with tarfile.open(source, "r:") as tar:
            manifest = _manifest(tar)
            missing = dict(manifest.blobs)
            for member in tar:
                _unpack_member(tar, member, staging, missing)
    except (tarfile.TarError, EOFError) as error:
        raise BackupError(f"{source} is no whole backup: {error}") from error
    database = staging / DATABASE
    if not database.is_file() or _hash(database) != manifest.database:
        raise BackupError(f"{source} is damaged: the database is not what was backed up")
    if missing:
        raise BackupError(f"{source} is not whole: {len(missing)} files are missing")
    snapshot.check(database)


def _manifest(tar: tarfile.TarFile) -> Manifest:
    first = tar.next()
    if first is None or first.name != MANIFEST or not first.isreg():
        raise BackupError("this is no backup of a teamchat server")
    file = tar.extractfile(first)
    if file is None or first.size > _MANIFEST_BYTES:
        raise BackupError("this is no backup of a teamchat server")
    try:
        manifest = msgspec.json.decode(file.read(), type=Manifest)
    except msgspec.MsgspecError as error:
        raise BackupError("this is no backup of a teamchat server") from error
    if manifest.format != FORMAT:
        raise BackupError("a newer version of teamchat has made this backup")
    return manifest


def _unpack_member(
    tar: tarfile.TarFile, member: tarfile.TarInfo, staging: Path, missing: dict[str, int]
) -> None:
    if member.name == MANIFEST:
        return
    directory, _, name = member.name.rpartition("/")
    file = tar.extractfile(member) if member.isreg() else None
    if file is None:
        raise BackupError("there is something else in this backup than files")
    if member.name == DATABASE:
        path = staging / DATABASE
    elif directory == BLOBS and _IDENTIFIER.match(name) and missing.get(name) == member.size:
        del missing[name]
        path = staging / BLOBS / name[:2] / name
        path.parent.mkdir(mode=0o700, exist_ok=True)
    else:
        raise BackupError("there is something in this backup that its list does not name")
    with _created(path) as to:
        shutil.copyfileobj(file, to)


def _mark(database: Path, sha256: str, now: int) -> Restored:
    engine = sqlite.writer_engine(database)
    try:
        with engine.begin() as connection:
            upgrade(connection)
            return restoration.mark(connection, sha256=sha256, now=now)
    finally:
        engine.dispose()


def _put_in_place(data: Path, staging: Path) -> Path | None:
    """Move what is there aside, and the new in its place."""
    aside = data / time.strftime("replaced-%Y%m%dT%H%M%SZ", time.gmtime())
    names = (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", BLOBS)
    keys = sorted(path.name for path in data.glob(f"{PREFIX}*"))
    there = [name for name in (*names, *keys) if (data / name).exists()]
    if there:
        aside.mkdir(mode=0o700)
        for name in there:
            (data / name).rename(aside / name)
    for name in (BLOBS, DATABASE):  # the database last: without it nothing is served
        (staging / name).rename(data / name)
    _sync(data)
    return aside if there else None


# --- files ------------------------------------------------------------------------------------


@contextmanager
def _directory(path: Path) -> Iterator[None]:
    """Make a directory; if what is done within fails, what was made for it is gone again."""
    missing = [each for each in (path, *path.parents) if not each.exists()]
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        yield
    except BaseException:
        with suppress(OSError):  # it is not empty: then it is not for us to delete
            if missing:
                (path / f"{DATABASE}.lock").unlink(missing_ok=True)
            for each in missing:
                each.rmdir()
        raise


@contextmanager
def _created(path: Path) -> Iterator[BinaryIO]:
    """A new file for the owner only, durable at the end."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
