"""As much of MQTT 3.1.1 as a viewer and a board need: connect, subscribe, publish without an answer."""

from collections.abc import Iterator

CONNECT, PUBLISH, SUBSCRIBE = 0x10, 0x30, 0x82
KEEP_ALIVE_OFF = 0


def _length(value: int) -> bytes:
    encoded = bytearray()
    while True:
        value, digit = divmod(value, 128)
        encoded.append(digit | 0x80 if value else digit)
        if not value:
            return bytes(encoded)


def _text(value: str) -> bytes:
    return len(value.encode()).to_bytes(2, "big") + value.encode()


def _packet(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + _length(len(body)) + body


def connect_packet() -> bytes:
    clean_session = b"\x02"
    level = b"\x04"
    return _packet(
        CONNECT, _text("MQTT") + level + clean_session + KEEP_ALIVE_OFF.to_bytes(2, "big") + _text("")
    )


def subscribe_packet(topic: str) -> bytes:
    at_most_once = b"\x00"
    return _packet(SUBSCRIBE, (1).to_bytes(2, "big") + _text(topic) + at_most_once)


def publish_packet(topic: str, payload: bytes) -> bytes:
    return _packet(PUBLISH, _text(topic) + payload)


def _kinds(data: bytes) -> Iterator[int]:
    """The kinds of the packets in one WebSocket message; Mosquitto sends whole packets."""
    start = 0
    while start < len(data):
        kind, at, length, shift = data[start], start + 1, 0, 0
        while True:
            digit = data[at]
            length |= (digit & 0x7F) << shift
            at, shift = at + 1, shift + 7
            if not digit & 0x80:
                break
        yield kind
        start = at + length


def publishes(data: bytes) -> int:
    return sum(kind & 0xF0 == PUBLISH for kind in _kinds(data))
