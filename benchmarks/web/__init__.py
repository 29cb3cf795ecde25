"""What the web client costs in a browser: loading, opening, scrolling, holding."""
