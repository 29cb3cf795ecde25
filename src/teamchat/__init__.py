"""The end-to-end-encrypted messenger a company runs itself."""

__version__ = "0.1.0"
