"""Hostile input over real sockets to a real server."""
