"""The schema of the database: brought up to date by Alembic, refused if it is newer than we are.

Alembic takes longer to import than all else that a start does with a database, so a database that
is up to date never sees it.
"""

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, inspect, text

from teamchat.errors import TeamchatError

MIGRATIONS: Final = Path(__file__).with_name("migrations")
NEWEST: Final = "0011"
"""The revision that this version brings a database to."""

_KEPT: Final = "alembic_version"
"""The table in which Alembic keeps the revision."""


class SchemaTooNewError(TeamchatError):
    """A newer version of teamchat has written this database."""


def upgrade(connection: Connection) -> None:
    """Bring the schema to this version; do nothing if it is there.

    Meant for `Database.write`: a migration happens whole or not at all.

    Raises:
        SchemaTooNewError: The database is of a version that this one does not know.
    """
    if _revisions(connection) != [NEWEST]:
        _migrate(connection)


def _revisions(connection: Connection) -> list[str]:
    if not inspect(connection).has_table(_KEPT):
        return []
    return list(connection.scalars(text(f"SELECT version_num FROM {_KEPT}")))  # noqa: S608 - a name of ours


def _migrate(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    known = {each.revision for each in ScriptDirectory.from_config(config).walk_revisions()}
    if not set(_revisions(connection)) <= known:
        raise SchemaTooNewError(
            "A newer version of teamchat has used this database; start that version instead."
        )
    command.upgrade(config, "head")
