"""A witness: it signs that a log only grew, on a box of its own (c2sp.org/tlog-witness).

`decision` is its mind and pure; `ledger` remembers, `box` is its directory, `http` and `serving`
let logs in, `cli` is what its operator types. It shares no code with the server that it watches,
only `transparency`.
"""
