"""Who a person is, and which devices speak for them.

A person has one identity key; it signs a certificate for a device, or a device that is
theirs already vouches for one (`certificate`), which `key_directory` judges. `linking` brings
the two devices together, `recovery` brings the identity key to another device, `safety_number`
lets two people compare identity keys, `vault` keeps what a device knows unreadable on its disk.

This file re-exports nothing: the server loads `certificate` and `keys` and must not be able
to load `vault`, `recovery` or `linking` by accident.
"""
