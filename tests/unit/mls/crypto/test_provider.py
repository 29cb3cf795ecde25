from teamchat.mls.crypto import CryptoProvider, KeyPair, Secret
from teamchat.mls.crypto.default import DefaultCrypto


def test_the_default_is_a_provider() -> None:
    provider: CryptoProvider = DefaultCrypto()
    assert len(provider.random(17)) == 17
    assert provider.random(17) != provider.random(17)


def test_a_key_pair_does_not_print_its_secret() -> None:
    assert "Secret(3 bytes)" in repr(KeyPair(Secret(b"abc"), b"public"))
