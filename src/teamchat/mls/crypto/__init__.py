"""Cipher suites, the primitives behind them, and secrets (RFC 9420 §5)."""

from teamchat.mls.crypto.provider import CryptoProvider, KeyPair
from teamchat.mls.crypto.secret import Secret
from teamchat.mls.crypto.suites import CipherSuite, cipher_suite

__all__ = ["CipherSuite", "CryptoProvider", "KeyPair", "Secret", "cipher_suite"]
