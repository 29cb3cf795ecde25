"""The key schedule (RFC 9420 §8, §9). Re-exports nothing: a server reads `context` alone."""
