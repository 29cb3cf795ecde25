"""Who a person is, and which devices speak for them.

A person has one identity key; it signs a certificate for every device (`certificate`).
`safety_number` lets two people compare identity keys, `recovery` brings the identity key
to another device, `vault` keeps what a device knows unreadable on its disk.

This file re-exports nothing: the server loads `certificate` and `keys` and must not be able
to load `vault` or `recovery` by accident.
"""
