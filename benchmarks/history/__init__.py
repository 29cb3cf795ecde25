"""What it costs to write and to read a history archive."""
