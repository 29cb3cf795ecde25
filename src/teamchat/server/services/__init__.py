"""The rules of the server, by noun. A service owns its transactions and sees no SQL."""
