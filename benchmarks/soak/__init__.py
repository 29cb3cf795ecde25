"""The soak: many people, two devices each, everything at once, and then the books are checked."""
