# Devices that go: removed, lost, their owner gone.

error-reason-own-device = This is a device of your own. Remove it with `teamchat devices remove`, so that it is signed by you.

error-wiped-by-owner = This device was removed from your account on { $day }, by another device of yours. Everything that teamchat kept here was erased. If that was not you, tell your IT department at once.
error-wiped-by-company = Your company removed this device on { $day }. Everything that teamchat kept here was erased. If you still need it, ask your IT department; with your recovery key it can become yours again as a new device.
error-wiped-reset = Your security key was replaced on { $day }, so this device is no longer yours. Everything that teamchat kept here was erased. If that was not you, tell your IT department at once and warn your colleagues.
link-wiped = This device was removed. Everything that teamchat kept here was erased.
notice-own-device-removed-by-own = On { $day } one of your devices was removed by another one of yours. If that was not you, look at your devices (teamchat devices) and tell your IT department at once.
