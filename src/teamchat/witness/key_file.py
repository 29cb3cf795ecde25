"""The witness's key as a file: one line, as programs for signed notes write theirs.

`PRIVATE+KEY+<name>+<id>+<base64 of the type and the seed>`. Its owner alone may read it.
"""

import os
import stat
from pathlib import Path
from typing import Final

from teamchat.transparency import FormatError, SignatureType, UsageError, WitnessKey
from teamchat.transparency.encoding import decode_base64, encode_base64
from teamchat.witness.errors import WitnessError

_PREFIX: Final = "PRIVATE+KEY+"
_MAX_BYTES: Final = 1_024


def write(path: Path, key: WitnessKey, seed: bytes) -> None:
    """Write a new file; when this returns, it is on disk.

    Raises:
        OSError: The file is there already, or cannot be written.
    """
    encoded = encode_base64(bytes([SignatureType.COSIGNATURE_V1]) + seed)
    name, key_id = key.verifier.name, key.verifier.key_id.hex()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"{_PREFIX}{name}+{key_id}+{encoded}\n")
        file.flush()
        os.fsync(file.fileno())
    directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def read(path: Path) -> WitnessKey:
    """Read the key.

    Raises:
        WitnessError: There is none, others may read it, or it is not one.
    """
    try:
        with path.open("rb") as file:
            mode, data = os.fstat(file.fileno()).st_mode, file.read(_MAX_BYTES)
    except FileNotFoundError as error:
        raise WitnessError(
            f"There is no witness in {path.parent}: make one with teamchat-witness init."
        ) from error
    if stat.S_IMODE(mode) & 0o077:
        raise WitnessError(f"Others can read the key {path}: take that away with chmod 600 {path}.")
    try:
        return _parse(data)
    except (FormatError, UsageError, UnicodeDecodeError):
        raise WitnessError(
            f"The key {path} is damaged: make a new witness in another directory, and have the "
            "clients trust that one instead."
        ) from None


def _parse(data: bytes) -> WitnessKey:
    before, _, line = data.decode("utf-8").removesuffix("\n").partition(_PREFIX)
    name, _, rest = line.partition("+")
    key_id, _, encoded = rest.partition("+")
    secret = decode_base64(encoded)
    key = WitnessKey(name, secret[1:])
    if (
        before
        or secret[:1] != bytes([SignatureType.COSIGNATURE_V1])
        or key.verifier.key_id.hex() != key_id
    ):
        raise FormatError("not the key of a witness")
    return key
