"""Alembic's environment: runs revisions on the connection it is given.

The connection has a transaction already, which belongs to whoever asked for the migration.
"""

from alembic import context

from teamchat.server.storage.tables.all_tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
context.run_migrations()
