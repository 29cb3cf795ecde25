"""What a commit does to the public state of a group (RFC 9420 §12). No secrets here.

Both a member and a delivery service ask the same function, `evolve`, so that they cannot
disagree about what a valid commit is.
"""
