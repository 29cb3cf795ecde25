"""Queries by noun; with the tables, the only SQL."""
