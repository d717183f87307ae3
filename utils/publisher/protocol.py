"""The messages of `/ws/device/`, as this side sees them. What the server says is checked here and trusted after."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .errors import ProtocolError

# A message over 256 KiB makes the server close the connection; the rest is left for proxies.
MOST_BYTES = 200_000
# A server that says it is before 2020 would date readings wrongly; after 2109 they have no key.
EARLIEST_TIME_MS = 1_577_836_800_000
LATEST_TIME_MS = 2**42 - 1
LONGEST_TEXT = 300
LONGEST_ID = 64
# The server reads 200 characters of a result's detail.
LONGEST_DETAIL = 199


@dataclass(frozen=True)
class Welcome:
    """Who the server takes us for, its time in ms since 1970, and what it would like."""

    device: str
    time_ms: int
    max_readings: int
    interval_ms: int


@dataclass(frozen=True)
class Rejected:
    """A reading, or one `metric` of it, that the server did not store."""

    index: int
    metric: str | None
    code: str
    detail: str


@dataclass(frozen=True)
class Ack:
    """All of message `id` is durable, but for what is `rejected`."""

    id: int | None
    stored: int
    duplicates: int
    rejected: tuple[Rejected, ...]


@dataclass(frozen=True)
class Refusal:
    """An `error`: nothing of message `id` was stored."""

    id: int | None
    code: str
    detail: str
    retry_ms: int | None


@dataclass(frozen=True)
class Command:
    """Something the server asks of the board; `name` and `args` are as they came, and may be anything."""

    id: str
    name: str
    args: object


@dataclass(frozen=True)
class Other:
    """A message this publisher has no use for, such as one of a newer server."""

    type: str


def readings_message(message_id: int, readings: Sequence[str]) -> str:
    """The `readings` message; each of `readings` is a JSON object already."""
    return f'{{"type":"readings","id":{message_id},"readings":[{",".join(readings)}]}}'


def result_message(command_id: str, problem: str) -> str:
    """The `result` of a command: what went wrong, or an empty text."""
    detail = {"detail": shorten(problem, LONGEST_DETAIL)} if problem else {}
    return json.dumps({"type": "result", "id": command_id, "ok": not problem, **detail})


def parse(frame: str | bytes) -> Welcome | Ack | Refusal | Command | Other:
    """Read one frame of the server. Raises `ProtocolError` for what the protocol does not know."""
    try:
        message = json.loads(frame) if isinstance(frame, str) else None
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"The server sent something that is not JSON: {shorten(frame)}") from error
    if not isinstance(message, dict):
        raise ProtocolError(f"The server sent something that is not a JSON object: {shorten(frame)}")
    match message.get("type"):
        case "welcome":
            return _welcome(message)
        case "ack":
            return _ack(message)
        case "error":
            return _refusal(message)
        case "command":
            return _command(message)
    return Other(shorten(message.get("type")))


def shorten(value: object, most: int = LONGEST_TEXT) -> str:
    """Text of the server, made fit for a log: short, and without control characters."""
    text = value if isinstance(value, str) else repr(value)
    plain = "".join(letter if letter.isprintable() else " " for letter in text[:most])
    return plain + ("…" if len(text) > most else "")


def _welcome(message: Mapping[str, Any]) -> Welcome:
    return Welcome(
        device=shorten(message.get("device", "")),
        time_ms=_whole(message, "time", EARLIEST_TIME_MS, LATEST_TIME_MS),
        max_readings=_whole(message, "max_readings", 1, 1_000_000),
        interval_ms=_whole(message, "interval_ms", 1, 86_400_000),
    )


def _ack(message: Mapping[str, Any]) -> Ack:
    rejected = message.get("rejected", [])
    if not isinstance(rejected, list):
        raise ProtocolError("The server's ack has a `rejected` that is not a list.")
    return Ack(
        id=_optional(message, "id", 2**53),
        stored=_whole(message, "stored", 0, 2**53),
        duplicates=_whole(message, "duplicates", 0, 2**53),
        rejected=tuple(_rejected(entry) for entry in rejected),
    )


def _rejected(entry: object) -> Rejected:
    if not isinstance(entry, dict):
        raise ProtocolError("The server's ack names a rejected reading in a way that is not an object.")
    metric = entry.get("metric")
    return Rejected(
        index=_whole(entry, "index", 0, 1_000_000),
        metric=None if metric is None else shorten(metric),
        code=shorten(entry.get("code", "")),
        detail=shorten(entry.get("detail", "")),
    )


def _refusal(message: Mapping[str, Any]) -> Refusal:
    return Refusal(
        id=_optional(message, "id", 2**53),
        code=shorten(message.get("code", "")),
        detail=shorten(message.get("detail", "")),
        retry_ms=_optional(message, "retry_ms", 2**53),
    )


def _command(message: Mapping[str, Any]) -> Command | Other:
    match message:
        case {"id": str(command_id), "command": str(name)} if 1 <= len(command_id) <= LONGEST_ID:
            return Command(command_id, name, message.get("args"))
    # Without an id that can be sent back there is nothing to answer.
    return Other("command without an id or a name")


def _optional(message: Mapping[str, Any], name: str, most: int) -> int | None:
    return None if message.get(name) is None else _whole(message, name, 0, most)


def _whole(message: Mapping[str, Any], name: str, least: int, most: int) -> int:
    value = message.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise ProtocolError(
            f"The server's {shorten(message.get('type', 'answer'))} has {name} = {shorten(value)}; "
            f"a whole number from {least} to {most} was expected. Is the address that of a Sense Live server?"
        )
    return value
