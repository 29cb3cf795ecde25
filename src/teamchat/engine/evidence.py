"""What a finding consists of, as files that others can check, and one digest of all of them."""

import hashlib
from collections.abc import Mapping

from teamchat.engine.key_records import FindingRecord


def files_of(found: FindingRecord) -> dict[str, bytes]:
    """Return the files of a finding by name, those that it has."""
    files = {
        "log.vkey": f"{found.log_key}\n".encode() if found.log_key else b"",
        "known.checkpoint": found.ours,
        "shown.checkpoint": found.theirs,
        "claim.txt": f"{found.claim}\n".encode() if found.claim else b"",
        "entry.json": found.entry,
        "certificate.cbor": found.certificate,
    }
    return {name: data for name, data in files.items() if data}


def listed(files: Mapping[str, bytes]) -> str:
    """Return what `sha256sum` writes of the files, in the order of their names."""
    return "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))


def digest_of(found: FindingRecord) -> bytes:
    """Return the SHA-256 of that list: it stands for the finding, and tells nothing of it."""
    return hashlib.sha256(listed(files_of(found)).encode()).digest()
