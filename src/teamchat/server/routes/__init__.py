"""The HTTP API by audience. A route parses, calls one service, renders."""
