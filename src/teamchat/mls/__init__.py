"""Messaging Layer Security (RFC 9420), sans I/O: values in, values out.

This file is only a map; import from the rooms, so that a server loads no room that
decrypts. From the ground up:

    rules, errors       every MUST that is checked; whose fault a failure is
    codec               structures to bytes and back (§2)
    crypto              cipher suites, primitives, labels, secrets (§5)
    credentials         who somebody is, and who vouches for it (§5.3)
    extensions          extensions and required capabilities (§11.1, §13)
    tree_math, tree     the ratchet tree, its hashes, paths and rules (§4, §7)
    key_package         how a client can be added while it is away (§10)
    schedule            the key schedule, the secret tree, transcripts (§8, §9)
    messages            proposals, commits, GroupInfo, Welcome (§12)
    framing             how messages are signed, encrypted and sent (§6)
    evolution           what a commit does to the public state of a group (§12.1 to §12.4)
    delivery            what may be read of any message (§6)
    public_group        a group as a delivery service follows it (§12.4.2, §16.9)
    group               a member's group, and all a member can do (§11, §12.4, §14, §15)

A room imports from those above it in this list, never from those below; rooms on one line
stand beside each other as they are named. What is supported, and its bounds:
docs/spec/mls-profile.md. Where each demand of the RFC is checked: docs/security/mls-rules.md.

A group has one state at a time: one operation on it, then store what came of it, then the
next. Two at once on one state use a message key twice, or forget that one was used.
"""
