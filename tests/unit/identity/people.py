"""Anna and Wei: two people with keys that never change, for tests."""

from teamchat.identity.keys import DeviceKey, IdentityKey
from teamchat.ids import DeviceId, UserId, identifier

ANNA = UserId(identifier(bytes(range(16))))
WEI = UserId(identifier(bytes(range(16, 32))))
LAPTOP = DeviceId(identifier(bytes(range(32, 48))))
PHONE = DeviceId(identifier(bytes([7]) * 16))
TABLET = DeviceId(identifier(bytes([8]) * 16))
ANNAS_KEY = IdentityKey(bytes([1]) * 32)
WEIS_KEY = IdentityKey(bytes([2]) * 32)
LAPTOPS_KEY = DeviceKey(bytes([3]) * 32)
PHONES_KEY = DeviceKey(bytes([7]) * 32)
TABLETS_KEY = DeviceKey(bytes([8]) * 32)
