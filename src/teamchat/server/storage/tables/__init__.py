"""Every table of the server, as SQLAlchemy Core metadata.

Each file holds the tables of one noun. All of them hang on `metadata`; `person.id` is what
other tables call a person. Migrations are compared with this metadata by a test.
"""

from sqlalchemy import MetaData

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""The one metadata; import `storage.tables.all_tables` to have every table in it."""
