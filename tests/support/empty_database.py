"""An empty database of this version's schema, made once for a process and then copied.

Bringing one up from nothing takes longer than what most tests then do with it. That it can be
done is for `tests/unit/server/storage` and for every test that starts a server as a process.
"""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from teamchat.server.storage.schema import upgrade
from teamchat.server.storage.sqlite import writer_engine


def put_empty_database(file: Path) -> None:
    """Put it where there is none."""
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_bytes(_made())


@cache
def _made() -> bytes:
    with TemporaryDirectory() as folder:
        engine = writer_engine(Path(folder, "empty.db"))
        with engine.begin() as connection:
            upgrade(connection)
        engine.dispose()
        return Path(folder, "empty.db").read_bytes()
