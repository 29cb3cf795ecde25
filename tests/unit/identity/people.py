"""Anna and Wei: two people with keys that never change, for tests."""

from teamchat.identity.keys import DeviceKey, IdentityKey
from teamchat.ids import DeviceId, UserId, identifier

ANNA = UserId(identifier(bytes(range(16))))
WEI = UserId(identifier(bytes(range(16, 32))))
LAPTOP = DeviceId(identifier(bytes(range(32, 48))))
ANNAS_KEY = IdentityKey(bytes([1]) * 32)
WEIS_KEY = IdentityKey(bytes([2]) * 32)
LAPTOPS_KEY = DeviceKey(bytes([3]) * 32)
