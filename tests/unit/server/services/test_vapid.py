import pytest
from cryptography.exceptions import InvalidSignature

from teamchat.server.services.vapid import RENEW_SECONDS, SECONDS, Vapid, new_secret
from tests.support.push_service import claims_of, unpacked

NOW = 1_790_000_000
ORIGIN = "https://push.example"
CONTACT = "mailto:it@chat.example"

RFC_8292 = (
    "vapid t=eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJodHRwczovL3B1c2guZXhhbXB"
    "sZS5uZXQiLCJleHAiOjE0NTM1MjM3NjgsInN1YiI6Im1haWx0bzpwdXNoQGV4YW1wbGUuY29tIn0.i3C"
    "Yb7t4xfxCDquptFOepC9GAu_HLGkMlMuCGSK2rpiUfnK9ojFwDXb1JrErtmysazNjjvW2L9OkSSHzvoD"
    "1oA, k=BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9o"
    "jSwk5Y2EmClBPs"
)


def test_the_example_of_the_rfc_is_taken_by_what_checks_ours() -> None:
    claims, _ = claims_of(RFC_8292)
    assert claims == {
        "aud": "https://push.example.net",
        "exp": 1_453_523_768,
        "sub": "mailto:push@example.com",
    }
    with pytest.raises(InvalidSignature):
        claims_of(RFC_8292.replace(".i3CYb", ".i3CYc"))


def test_it_says_for_whom_until_when_and_whom_to_ask() -> None:
    vapid = Vapid(new_secret(), contact=CONTACT)
    claims, key = claims_of(vapid.authorization(ORIGIN, now=NOW))
    assert claims == {"aud": ORIGIN, "exp": NOW + SECONDS, "sub": CONTACT}
    assert (key, len(key), key[0]) == (vapid.public, 65, 4)


def test_one_key_is_one_key() -> None:
    secret = new_secret()
    assert len(secret) == 32
    assert Vapid(secret, contact=CONTACT).public == Vapid(secret, contact=CONTACT).public
    assert secret.hex() not in repr(Vapid(secret, contact=CONTACT))


def test_a_token_is_used_again_until_it_runs_out_and_is_for_one_service() -> None:
    vapid = Vapid(new_secret(), contact=CONTACT)
    first = vapid.authorization(ORIGIN, now=NOW)
    last = NOW + SECONDS - RENEW_SECONDS - 1
    assert vapid.authorization(ORIGIN, now=last) == first
    assert vapid.authorization(ORIGIN, now=last + 1) != first
    other = vapid.authorization("https://other.example", now=NOW)
    assert claims_of(other)[0]["aud"] == "https://other.example"


def test_a_token_from_before_the_clock_was_put_back_is_not_used() -> None:
    vapid = Vapid(new_secret(), contact=CONTACT)
    vapid.authorization(ORIGIN, now=NOW)
    claims, _ = claims_of(vapid.authorization(ORIGIN, now=NOW - 86_400))
    assert claims["exp"] == NOW - 86_400 + SECONDS


def test_what_is_cut_out_of_a_header_is_all_base64_without_padding() -> None:
    authorization = Vapid(new_secret(), contact=CONTACT).authorization(ORIGIN, now=NOW)
    token = authorization.split("t=")[1].split(",")[0]
    assert "=" not in token
    assert [len(unpacked(each)) > 0 for each in token.split(".")] == [True] * 3
