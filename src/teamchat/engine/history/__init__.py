"""History that travels: what an archive says, who may be given what, and how it is taken in.

| file | what it holds |
|---|---|
| `entries.py` | what the parts of an archive say (docs/spec/history-archive.md) |
| `giving.py` | the organisation's policy, and the way through everything that is to be given |
| `taking.py` | what becomes of an entry on the device that takes it in |
"""
