"""The realtime socket: the protocol of one, and the fan-out to all."""
