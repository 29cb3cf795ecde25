"""Secrets as words: two lists of 2048, and how words are read that somebody typed."""
