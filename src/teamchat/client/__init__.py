"""The hands of a client: files, sockets, time. `account.Account` is what everybody holds."""
