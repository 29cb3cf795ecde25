"""The answers of docs/spec/linking.md: two linkings, each from its random bytes to its end."""

from teamchat.identity import sas
from teamchat.identity.keys import DeviceKey, IdentityKey
from teamchat.identity.linking import messages
from teamchat.identity.linking.channel import FROM_EXISTING, FROM_NEW
from teamchat.identity.linking.code import LinkingCode, Way
from teamchat.identity.linking.existing_device import enter
from teamchat.identity.linking.new_device import offer
from teamchat.ids import DeviceId, UserId, identifier

NOW = 1_795_000_000
PIN = messages.LogPin("chat.example/v1/keys/1790000000", "chat.example+1+key", "chat.example\n7\n")
WITNESSES = messages.Witnesses(
    ("council.example+1+key", "officer.example+2+key"), 1, 86_400, 1_794_990_000
)
ACCOUNT = messages.Account("https://chat.example", "anna", "Anna Schmidt", "Werk Halle")


def run(first: int, count: int) -> bytes:
    """Return bytes that count upwards."""
    return bytes((first + at) % 256 for at in range(count))


def make_linking() -> list[dict[str, object]]:
    """Return one linking with a code that was scanned, and one with a code that was typed."""
    return [_linked(Way.SCANNED, 11), _linked(Way.TYPED, 77)]


def make_pictures() -> list[dict[str, object]]:
    """Return the 64 pictures in their order."""
    return [
        {"number": at, "emoji": each.emoji, "english": each.english, "german": each.german}
        for at, each in enumerate(sas.ALL)
    ]


def _linked(way: Way, first: int) -> dict[str, object]:
    user, existing, new = (identifier(run(each, 16)) for each in (1, 65, 97))
    identity, by, key = IdentityKey(run(64, 32)), DeviceKey(run(128, 32)), DeviceKey(run(150, 32))
    secret, ours, theirs = run(first, way.secret_bytes), run(first + 40, 32), run(first + 90, 32)
    nonces = run(first + 130, 24), run(first + 160, 24)
    offered = offer(
        way, secret=secret, ephemeral=ours, device=DeviceId(new), key=key, name="Annas Telefon 📱",
        now=NOW,
    )  # fmt: skip
    entered = enter(LinkingCode.read(offered.code.written()), ephemeral=theirs, now=NOW)
    awaits = entered.receive(offered.message, NOW)
    compares = offered.receive(awaits.message, NOW)
    waiting = compares.confirm(nonces[0], NOW)
    there = awaits.receive(compares.message, NOW).confirm(NOW).receive(waiting.message, NOW)
    agreed = there.agreed()
    assert agreed is not None
    certificate = agreed.vouch(
        by, by=DeviceId(existing), user=UserId(user), identity_key=identity.public, created=NOW
    )
    handover = messages.Handover(
        UserId(user),
        certificate,
        by.public,
        identity.public,
        PIN,
        ACCOUNT,
        b"grant",
        WITNESSES if way is Way.SCANNED else None,
    )
    last = agreed.hand_over(handover, nonces[1], NOW)
    assert waiting.receive(last, NOW)[0] == handover
    channel = agreed._channel
    return {
        "way": way.value, "secret": secret.hex(), "code": offered.code.written(),
        "mailbox": offered.code.mailbox().hex(),
        "new_ephemeral": ours.hex(), "existing_ephemeral": theirs.hex(),
        "new_device": new, "new_device_seed": key.seed.hex(), "name": "Annas Telefon 📱",
        "user": user, "existing_device": existing, "existing_device_seed": by.seed.hex(),
        "identity_key": identity.public.hex(),
        "messages": [
            each.hex()
            for each in (offered.message, awaits.message, compares.message, waiting.message, last)
        ],
        "transcript": channel.transcript.hex(),
        "sas": channel.sas._secret.hex(),
        "pictures": [each.english for each in channel.sas.pictures()],
        "numbers": [*channel.sas.numbers()],
        "key_from_new": channel._keys[FROM_NEW].hex(),
        "key_from_existing": channel._keys[FROM_EXISTING].hex(),
        "nonces": [each.hex() for each in nonces],
        "handover": messages.encode_handover(handover).hex(),
    }  # fmt: skip
