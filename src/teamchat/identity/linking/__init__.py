"""Linking a device: a new one and one that is there meet in a mailbox that nobody trusts.

Sans-IO (docs/spec/linking.md). `code` is what is scanned or typed, `messages` what stands in the
mailbox, `channel` what both have in common, `run` what holds for both sides, `new_device` and
`existing_device` are the two sides. This file re-exports nothing.
"""
