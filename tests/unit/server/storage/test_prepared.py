from pathlib import Path

import pytest
from sqlalchemy import Connection, bindparam, insert, select

from teamchat.server.storage import schema
from teamchat.server.storage.database import Database
from teamchat.server.storage.prepared import Prepared
from teamchat.server.storage.tables.people import organisation

PUT = Prepared(insert(organisation).values(one=1, name=bindparam("called"), created=7))
GET = Prepared(select(organisation.c.name).where(organisation.c.created == 7))


async def test_it_runs_in_the_transaction_it_is_given(tmp_path: Path) -> None:
    def put(connection: Connection) -> None:
        PUT.run(connection, {"called": "ACME"})

    def fail(connection: Connection) -> None:
        PUT.run(connection, {"called": "ACME"})
        raise KeyError

    async with Database(tmp_path / "t.db") as database:
        await database.write(schema.upgrade)
        with pytest.raises(KeyError):
            await database.write(fail)
        assert await database.read(lambda c: GET.run(c, {}).fetchall()) == []
        await database.write(put)
        assert await database.read(lambda c: GET.run(c, {}).fetchall()) == [("ACME",)]
