"""What the encryption core costs."""
