"""Messages end to end: what one server process on SQLite costs for each message and delivery."""
