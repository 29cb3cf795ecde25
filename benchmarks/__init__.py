"""What teamchat costs and what it survives, measured (`make bench`, `make soak`)."""
