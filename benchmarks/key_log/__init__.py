"""What the key directory costs: the server that writes it, and whoever reads it."""
