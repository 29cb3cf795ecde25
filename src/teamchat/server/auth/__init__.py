"""Who may do what, and how often: actors, permissions, passwords, tokens, rate limits.

Pure values and tables; nothing here reads the database or answers a request.
"""
