"""The database: one file, one writer, and the tables in it."""
