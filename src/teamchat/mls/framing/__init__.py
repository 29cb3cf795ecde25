"""How messages are framed (RFC 9420 §6). Re-exports nothing: a server never loads `private`."""
