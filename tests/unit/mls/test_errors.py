from teamchat.mls.errors import CryptoError, MlsError, ValidationError
from teamchat.mls.rules import Rule


def test_an_error_names_its_rule_and_section() -> None:
    error = ValidationError(Rule.LEAF_SIGNATURE_KEY_UNIQUE, "leaf 3")
    assert error.rule is Rule.LEAF_SIGNATURE_KEY_UNIQUE
    assert str(error) == "RFC 9420 §7.3: signature_key differs from every other leaf's (leaf 3)"
    assert isinstance(error, MlsError)


def test_a_crypto_error_may_have_no_rule() -> None:
    assert CryptoError(detail="a signature does not verify").rule is None
    assert str(CryptoError(Rule.LEAF_SIGNATURE)).startswith("RFC 9420 §7.3")
