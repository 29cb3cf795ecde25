"""The wire structures of a group's evolution (RFC 9420 §12)."""
