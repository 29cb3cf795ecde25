"""`python -m benchmarks.history`: 100,000 lines into an archive and out of it again.

CPU seconds of this process, and the most memory that Python holds for it at any moment, which
is measured in a second run because measuring slows the first down.
"""

import json
import secrets
import time
import tracemalloc
from collections.abc import Iterator
from typing import Final

import click

from teamchat.content import archive
from teamchat.content.archive import ArchiveKey, Head, Origin, Place
from teamchat.engine.history import entries
from teamchat.engine.history.entries import LineEntry, Packer, PersonEntry, RoomEntry
from teamchat.engine.model import MessageKind
from teamchat.ids import ConversationId, DeviceId, UserId, identifier

TEXT: Final = "Die Lieferung aus Shenzhen kommt am Donnerstag um 9 Uhr an Tor 2. " * 2
USER: Final = UserId(identifier(b"u" * 16))
PERSON: Final = PersonEntry(USER, "anna", "Anna Ahrens", "Stuttgart", "Europe/Berlin")
ROOM: Final = ConversationId(identifier(b"r" * 16))


def bodies(count: int) -> Iterator[bytes]:
    """Make the contents of the parts, one at a time."""
    packer = Packer()
    packer.enter(
        RoomEntry(
            ROOM, direct=False, title="Halle 2", peer=UserId(""), left=False, log_epoch=1, shift=0
        )
    )
    for number in range(1, count + 1):
        name = f"{USER}.{number:032x}"
        full = packer.add(LineEntry(name, number, MessageKind.TEXT, USER, number, TEXT), [PERSON])
        if full is not None:
            yield full
    yield packer.take()


def run(count: int) -> dict[str, float]:
    """Write and read an archive, one part at a time."""
    key = ArchiveKey(secrets.token_bytes(32))
    head = Head(
        archive=secrets.token_bytes(16), origin=Origin.DEVICE, user=USER,
        device=DeviceId(USER), created=1, since_ms=0, lines=count,
    )  # fmt: skip
    writing, reading = Place.first(head), Place.first(head)
    spent = {"write": 0.0, "read": 0.0}
    size = parts = lines = 0
    begun = time.process_time()
    for body in bodies(count):
        part = archive.seal(
            key, head, writing, body, last=False, nonce=secrets.token_bytes(archive.NONCE_BYTES)
        )
        writing = writing.after(part, last=False)
        size, parts = size + len(part), parts + 1
        now = time.process_time()
        spent["write"] += now - begun
        opened, reading = archive.open_part(key, head, reading, part)
        lines += sum(isinstance(each, LineEntry) for each in entries.read(opened))
        begun = time.process_time()
        spent["read"] += begun - now
    return {
        "lines": lines, "parts": parts, "bytes": size,
        "write_cpu_seconds": round(spent["write"], 3), "read_cpu_seconds": round(spent["read"], 3),
    }  # fmt: skip


@click.command()
@click.option("--lines", default=100_000, show_default=True)
def main(lines: int) -> None:
    """Measure and print."""
    result = run(lines)
    tracemalloc.start()
    run(lines)
    result["peak_kib"] = tracemalloc.get_traced_memory()[1] // 1024
    click.echo(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
