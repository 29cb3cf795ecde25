"""The server: orders and stores ciphertext, and cannot read it."""
