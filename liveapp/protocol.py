"""The wire: JSON text to typed messages, and typed answers to JSON text. Source: docs/protocol/."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from liveapp.errors import InvalidJson, InvalidMessage, Refusal, TooManyReadings, UnknownDevice
from liveapp.moments import in_other_unit

MAX_READINGS = 1_000
MAX_MESSAGE_BYTES = 256 * 1024
MAX_ID = 2**53 - 1
MAX_SUBSCRIPTION = 1_000
MAX_TEXT = 64

# Made once: json.dumps with options makes one for each call.
_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode
_KINDS = {dict: "an object", list: "a list", str: "a string", bool: "true or false", type(None): "null"}


@dataclass(frozen=True, slots=True)
class Readings:
    """A batch of raw readings, not yet validated. `id` is None for a bare reading."""

    id: int | None
    readings: list[Any]


@dataclass(frozen=True, slots=True)
class Event:
    """Something happened on the board at `time_ms`."""

    id: int | None
    time_ms: int
    event: str
    direction: str
    action: str


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a command; `id` is the command's."""

    id: str
    ok: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Authenticate:
    """A dashboard without a session shows its token."""

    token: str


@dataclass(frozen=True, slots=True)
class AuthenticateByShare:
    """Whoever has a share link shows its token."""

    token: str


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Which devices to follow; None means all."""

    devices: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Rejected:
    """One entry of an ack's `rejected`."""

    index: int
    code: str
    detail: str
    metric: str | None = None


def kind_of(value: object) -> str:
    return _KINDS.get(type(value), "a number")


def shorten(value: object, limit: int = 40) -> str:
    """A client's own words, made safe and short enough to quote back."""
    if isinstance(value, dict | list):
        # It may be nested as deep as the parser can go, and then nothing can walk through it again.
        return kind_of(value)
    text = json.dumps(value) if not isinstance(value, str) else json.dumps(value[: limit + 1])
    return text if len(text) <= limit else f"{text[:limit]}…"


def parse_object(text: str | bytes | None) -> dict[str, Any]:
    """One JSON object. NaN and infinity pass: they are refused where the metric can be named."""
    if text is None:
        raise InvalidJson("The frame is binary. Send one JSON object per text frame.")
    try:
        message = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidJson(f"The message is not JSON: {str(error)[:80]}. Send one JSON object.") from error
    if not isinstance(message, dict):
        raise InvalidMessage(f"The message is {kind_of(message)}. Send one JSON object.")
    return message


def parse_device_message(text: str | bytes | None) -> Readings | Event | Result:
    """What a device sent to `/ws/device/`.

    Raises InvalidJson, InvalidMessage or TooManyReadings, with the message's id where it could be read.
    """
    message = parse_object(text)
    if "type" not in message:
        return parse_readings(message) if "readings" in message else Readings(None, [message])
    kind = message["type"]
    if kind == "readings":
        return parse_readings(message)
    if kind == "event":
        return _parse_event(message)
    if kind == "result":
        return _parse_result(message)
    raise InvalidMessage(
        f'Unknown type {shorten(kind)}. A device sends "readings", "event", "result", or a reading without a type.',
        message_id=_id_or_none(message),
    )


def parse_body(text: bytes) -> Readings:
    """What a device posted to `/api/ingest/`: a batch or a bare reading."""
    message = parse_object(text)
    if "readings" in message or message.get("type") == "readings":
        return parse_readings(message)
    if "type" in message:
        kind = shorten(message["type"])
        raise InvalidMessage(
            f'Type {kind} cannot be posted. Post "readings" or a reading without a type; the rest is for /ws/device/.',
            message_id=_id_or_none(message),
        )
    return Readings(None, [message])


def parse_readings(message: Mapping[str, Any]) -> Readings:
    message_id = _parse_id(message)
    readings = message.get("readings")
    if not isinstance(readings, list):
        found = kind_of(readings) if "readings" in message else "missing"
        raise InvalidMessage(f'"readings" is {found}. It must be a list of readings.', message_id=message_id)
    if len(readings) > MAX_READINGS:
        raise TooManyReadings(
            f"{len(readings)} readings in one message, at most {MAX_READINGS} are taken. Split the batch.",
            message_id=message_id,
        )
    return Readings(message_id, readings)


def parse_dashboard_message(text: str | bytes | None) -> Authenticate | AuthenticateByShare | Subscribe:
    """What a dashboard sent to `/ws/live/`. Raises InvalidJson or InvalidMessage."""
    message = parse_object(text)
    kind = message.get("type")
    if kind == "authenticate" and "share" in message:
        if "token" in message:
            raise InvalidMessage('Send either "token" or "share", not both.')
        return AuthenticateByShare(_parse_text(message, "share", limit=1_000))
    if kind == "authenticate":
        return Authenticate(_parse_text(message, "token", limit=1_000))
    if kind == "subscribe":
        return Subscribe(_parse_devices(message.get("devices")))
    raise InvalidMessage(f'Unknown type {shorten(kind)}. A dashboard sends "authenticate" or "subscribe".')


def _parse_event(message: Mapping[str, Any]) -> Event:
    message_id = _parse_id(message)
    time_ms = message.get("time")
    if isinstance(time_ms, int | float) and (other := in_other_unit(time_ms)):
        raise InvalidMessage(f'"time" {other}', message_id=message_id)
    if type(time_ms) is not int or not 0 <= time_ms < 2**42:
        raise InvalidMessage('"time" must be whole milliseconds since 1970 (UTC).', message_id=message_id)
    try:
        return Event(
            message_id,
            time_ms,
            _parse_text(message, "event"),
            _parse_text(message, "direction", optional=True),
            _parse_text(message, "action", optional=True),
        )
    except InvalidMessage as error:
        error.message_id = message_id
        raise


def _parse_result(message: Mapping[str, Any]) -> Result:
    ok = message.get("ok")
    if not isinstance(ok, bool):
        raise InvalidMessage('"ok" must be true or false.')
    return Result(_parse_text(message, "id"), ok, _parse_text(message, "detail", limit=200, optional=True))


def _parse_text(
    message: Mapping[str, Any], name: str, *, limit: int = MAX_TEXT, optional: bool = False
) -> str:
    value = message.get(name, "" if optional else None)
    if (
        not isinstance(value, str)
        or len(value) > limit
        or (not value and not optional)
        or not value.isprintable()
    ):
        raise InvalidMessage(f'"{name}" must be a string of 1 to {limit} printable characters.')
    return value


def _parse_devices(devices: object) -> frozenset[str] | None:
    if devices == "all":
        return None
    if (
        not isinstance(devices, list)
        or len(devices) > MAX_SUBSCRIPTION
        or not all(isinstance(name, str) for name in devices)
    ):
        raise InvalidMessage(f'"devices" must be "all" or a list of at most {MAX_SUBSCRIPTION} device ids.')
    for name in devices:
        # Half characters and control characters are not for a database to look up.
        if not name.isprintable():
            raise unknown_device(name)
    return frozenset(devices)


def unknown_device(name: str) -> UnknownDevice:
    return UnknownDevice(f"There is no device {shorten(name)}. Known ids are in GET /api/devices/.")


def _parse_id(message: Mapping[str, Any]) -> int | None:
    if "id" not in message:
        return None
    message_id = _id_or_none(message)
    if message_id is None:
        raise InvalidMessage(
            f'"id" is {shorten(message["id"])}. It must be a whole number from 0 to {MAX_ID}.'
        )
    return message_id


def _id_or_none(message: Mapping[str, Any]) -> int | None:
    message_id = message.get("id")
    return message_id if type(message_id) is int and 0 <= message_id <= MAX_ID else None


def encode(message: Mapping[str, Any]) -> str:
    return _encode(message)


def device_welcome(device: str, *, time_ms: int, interval_ms: int) -> dict[str, Any]:
    return {
        "type": "welcome",
        "device": device,
        "time": time_ms,
        "max_readings": MAX_READINGS,
        "interval_ms": interval_ms,
    }


def command(command_id: str, name: str, args: dict[str, Any]) -> dict[str, Any]:
    return {"type": "command", "id": command_id, "command": name, "args": args}


def ack(
    message_id: int | None, *, stored: int, duplicates: int, rejected: Iterable[Rejected] = ()
) -> dict[str, Any]:
    entries = [
        {"index": entry.index}
        | ({"metric": entry.metric} if entry.metric is not None else {})
        | {"code": entry.code, "detail": entry.detail}
        for entry in rejected
    ]
    identity = {} if message_id is None else {"id": message_id}
    return {"type": "ack", **identity, "stored": stored, "duplicates": duplicates, "rejected": entries}


def error(refusal: Refusal) -> dict[str, Any]:
    answer: dict[str, Any] = {"type": "error"}
    if refusal.message_id is not None:
        answer["id"] = refusal.message_id
    answer |= {"code": refusal.code, "detail": refusal.detail}
    if refusal.retry_ms is not None:
        answer["retry_ms"] = refusal.retry_ms
    return answer
