"""What happens to every request, outermost first, and why in this order.

1. `trace` gives it an id and writes its one log line, whatever happens inside.
2. `problems` turns every error from further in into a problem body.
3. `authenticate` finds out where it comes from and who asks.
4. `limits` counts it, against the account if there is one and the network otherwise.

`headers` is no middleware: it is applied when a response starts, so that streams and sockets
have them too.
"""
