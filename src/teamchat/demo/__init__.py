"""`make demo`: the main job, done for real in front of a newcomer.

A real server process on a scratch SQLite file, real clients, real encryption. Every
sentence that says something held has been checked; the exit status says whether all did.
"""
