"""What a client does, decided without doing it: events in, commands out.

Nothing here opens a socket, writes a file or reads a clock. `engine` dispatches; each other
file is one small machine. `client` performs the commands.
"""
