"""The regions of the chat screen; each shows values and holds no rules."""
