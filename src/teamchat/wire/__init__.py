"""What client and server say to each other: HTTP bodies, problems and the realtime socket.

Nothing here knows what a message says: the server carries bytes. `frames` is the socket
(MessagePack), `bodies` the HTTP API (JSON), `problems` the one list of errors.
"""
