"""The web client as this server hands it out: files that were built beforehand, and their rules.

The files lie in `built/` (see `make web`), are read once when the server starts, and only what
their manifest names with its hash is served. Nothing of a request ever becomes a path.
"""
