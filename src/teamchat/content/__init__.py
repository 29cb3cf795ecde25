"""What people say to each other: MIMI content (draft-ietf-mimi-content-08) and our profile.

`model` is the draft's message as values, `codec` its bytes, `message_id` its name.
`profile` is which of all that teamchat writes and how it understands what arrives
(docs/spec/content.md); `envelope` is the one byte around it. `blobs` encrypts files.
The server never loads this room.
"""
