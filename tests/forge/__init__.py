"""The forge: one corpus of invalid and hostile MLS messages, made of a seed.

    python -m tests.forge      write tests/vectors/data/mls-invalid anew

What a case is and how it is consumed: docs/spec/mls-invalid-corpus.md. The forge holds the
keys of real members, so that a message breaks one rule and keeps all others.
"""
