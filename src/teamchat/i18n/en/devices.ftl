# Devices that go: removed, lost, their owner gone.

error-reason-own-device = This is a device of your own. Remove it with `teamchat devices remove`, so that it is signed by you.
