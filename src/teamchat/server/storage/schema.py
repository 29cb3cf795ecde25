"""The schema of the database: brought up to date by Alembic, refused if it is newer than we are."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from teamchat.errors import TeamchatError

MIGRATIONS: Final = Path(__file__).with_name("migrations")


class SchemaTooNewError(TeamchatError):
    """A newer version of teamchat has written this database."""


def upgrade(connection: Connection) -> None:
    """Bring the schema to this version; do nothing if it is there.

    Meant for `Database.write`: a migration happens whole or not at all.

    Raises:
        SchemaTooNewError: The database is of a version that this one does not know.
    """
    config = _config()
    config.attributes["connection"] = connection
    scripts = ScriptDirectory.from_config(config)
    known = {script.revision for script in scripts.walk_revisions()}
    current = MigrationContext.configure(connection).get_current_heads()
    if not set(current) <= known:
        raise SchemaTooNewError(
            "A newer version of teamchat has used this database; start that version instead."
        )
    command.upgrade(config, "head")


def newest() -> str:
    """Return the revision that this version brings a database to."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
