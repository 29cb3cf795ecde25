from teamchat.mls.codec import Writer


def test_it_appends() -> None:
    writer = Writer()
    writer.put(b"ab")
    writer.put_uint(0x0102, 4)
    assert bytes(writer.buffer) == b"ab\x00\x00\x01\x02"
