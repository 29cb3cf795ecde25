"""Erasing a profile: when the person leaves, and when it was proved that the device was removed.

What is to be erased is said on the disk first, so that a crash in the middle, or a power cut,
leaves nothing behind: whoever opens the profile next goes on with it (docs/spec/wiping.md).
Why it was erased, and the language to say it in, stay until somebody enters here again.
"""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from teamchat.client.errors import AccountError, NotStoredError, WipedError
from teamchat.client.folder import told_of
from teamchat.client.settings import LANGUAGE, LINKING, PART, STORE, VAULT, WIPED, WIPING
from teamchat.client.vault_file import forget_key, write_private

_FILES: Final = (
    VAULT,
    *(f"{name}{end}" for name in (STORE, LINKING) for end in ("", "-wal", "-shm")),
    WIPED,
)
"""The vault first: without it nobody opens what is left of the rest."""
_UNFINISHED: Final = tuple(f"{name}.new" for name in (VAULT, LANGUAGE))
_KEYS: Final = frozenset({"error-wiped-by-owner", "error-wiped-by-company", "error-wiped-reset"})
MARK_BYTES: Final = 256


def erase(profile: Path) -> None:
    """Remove store and vault of a profile, and its key from the keyring; the folder stays.

    Raises:
        AccountError: The folder cannot be used.
    """
    _erase(profile, (*_FILES, LANGUAGE, *_UNFINISHED))


def _erase(profile: Path, names: tuple[str, ...]) -> None:
    with told_of(profile):
        forget_key(profile)
        for name in names:
            (profile / name).unlink(missing_ok=True)
        for path in profile.glob(f"*{PART}"):
            path.unlink(missing_ok=True)
        if profile.is_dir():
            _sync(profile)


def wipe(profile: Path, why: WipedError) -> None:
    """Erase the profile of a device that was removed, whatever happens in between.

    Raises:
        AccountError: The folder cannot be used; the next start goes on.
    """
    mark = json.dumps({"key": why.key, **why.arguments})
    with suppress(NotStoredError):  # there will be room when it is erased
        write_private(profile / WIPING, mark.encode("ascii"))
    _finish(profile)
    if not (profile / WIPED).exists():
        with suppress(AccountError):  # then it is said only now
            write_private(profile / WIPED, mark.encode("ascii"))


def resume(profile: Path) -> None:
    """Go on with a wipe that was begun, if one was; say it until somebody has entered anew.

    Raises:
        WipedError: One was, and is done now, or was done before.
        AccountError: The folder cannot be used.
    """
    begun = _mark(profile / WIPING)
    if begun is not None:
        _finish(profile)
        raise _read(begun)
    done = _mark(profile / WIPED)
    if done is not None and not (profile / STORE).exists():
        raise _read(done)


def _mark(path: Path) -> bytes | None:
    with told_of(path.parent):
        try:
            with path.open("rb") as file:
                return file.read(MARK_BYTES)
        except (FileNotFoundError, NotADirectoryError):
            return None


def _finish(profile: Path) -> None:
    _erase(profile, (*_FILES, *_UNFINISHED))
    with told_of(profile):
        with suppress(FileNotFoundError):  # there was no room for it
            (profile / WIPING).replace(profile / WIPED)
        if profile.is_dir():
            _sync(profile)


def _read(mark: bytes) -> WipedError:
    """Return what to tell; a mark that was not written whole says only that it was the company."""
    try:
        said = json.loads(mark)
        key, day = said["key"], said["day"]
    except (ValueError, KeyError, TypeError):
        key, day = "", ""
    known = isinstance(key, str) and key in _KEYS and isinstance(day, str)
    return WipedError(key, day) if known else WipedError("error-wiped-by-company", "?")


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
