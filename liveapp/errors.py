"""Every refusal the server can give, each with the code it has on the wire."""

import math
from typing import ClassVar


class Refusal(Exception):
    """A message as a whole was refused; nothing of it was stored."""

    code: ClassVar[str] = "invalid_message"
    status: ClassVar[int] = 400
    retry_ms: int | None = None

    def __init__(self, detail: str, *, message_id: int | None = None, device_id: str = "") -> None:
        super().__init__(detail)
        self.detail = detail
        self.message_id = message_id
        # Whom it concerns where that is known: for the log, never for the answer.
        self.device_id = device_id


class InvalidJson(Refusal):
    """The frame is not JSON."""

    code = "invalid_json"


class InvalidMessage(Refusal):
    """The type is unknown, or a field is missing or of the wrong kind."""


class TooManyReadings(Refusal):
    """More readings in one message than the server takes."""

    code = "too_many_readings"
    status = 413


class MessageTooBig(Refusal):
    """A body over the limit of one message."""

    code = "message_too_big"
    status = 413


class RateLimited(Refusal):
    """More messages a second than one sender may send."""

    code = "rate_limited"
    status = 429
    retry_ms = 1_000


class TooManyAttempts(Refusal):
    """More attempts to sign in, or to prove who one is, than are taken for now."""

    code = "rate_limited"
    status = 429

    def __init__(self, wait_ms: int) -> None:
        super().__init__(f"Too many attempts. Try again in {_in_words(wait_ms)}.")
        self.retry_ms = wait_ms


class StorageUnavailable(Refusal):
    """The database did not answer; whether a part was written is unknown, so nothing is acknowledged."""

    code = "storage_unavailable"
    status = 503
    retry_ms = 1_000


class Unauthorized(Refusal):
    """No token, or one that is not (or no longer) valid."""

    code = "unauthorized"
    status = 401


class DeviceDisabled(Refusal):
    """The token is right, but the device is switched off."""

    code = "device_disabled"
    status = 403


class Forbidden(Refusal):
    """Who asks is known, and may not."""

    code = "permission_denied"
    status = 403


class UnknownDevice(Refusal):
    """A subscription names a device that does not exist."""

    code = "unknown_device"
    status = 404


class DeviceOffline(Refusal):
    """A command for a board that is not connected."""

    code = "device_offline"
    status = 409


class WebhookOff(Refusal):
    """A test or a repetition for a webhook that is switched off."""

    code = "webhook_off"
    status = 409


class NoAnswer(Refusal):
    """A board that is connected did not say what became of a command."""

    code = "no_answer"
    status = 504


def _in_words(wait_ms: int) -> str:
    """Rounded up, so that who waits for so long has waited for long enough."""
    for unit, unit_ms in (("hour", 3_600_000), ("minute", 60_000), ("second", 1_000)):
        if wait_ms > unit_ms or unit == "second":
            break
    count = max(1, math.ceil(wait_ms / unit_ms))
    return f"{count} {unit}{'s' if count > 1 else ''}"


class ReadingRejected(Exception):
    """One reading, or one metric of it, was refused; the rest of the batch is not touched."""

    code: ClassVar[str]


class OutOfRange(ReadingRejected):
    """A known metric outside its range."""

    code = "out_of_range"


class NotANumber(ReadingRejected):
    """NaN, infinity, a string, a boolean, null, a list or an object."""

    code = "not_a_number"


class InvalidMetric(ReadingRejected):
    """A metric's name that breaks the rule."""

    code = "invalid_metric"


class TooManyMetrics(ReadingRejected):
    """A name more than one device may have."""

    code = "too_many_metrics"


class InvalidTime(ReadingRejected):
    """A time that is not a whole, non-negative number of milliseconds."""

    code = "invalid_time"


class InTheFuture(ReadingRejected):
    """A time more than a day ahead of the server's clock."""

    code = "in_the_future"


class Empty(ReadingRejected):
    """No metric, or none that can be stored."""

    code = "empty"


class InvalidReading(ReadingRejected):
    """Not a JSON object."""

    code = "invalid_reading"


class TooCrowded(ReadingRejected):
    """All the milliseconds after its own are taken by other readings."""

    code = "too_crowded"
    detail: ClassVar[str] = "The thousand milliseconds after its own are all taken by other readings."


# WebSocket close codes.
GOING_AWAY = 1001
RESTARTING = 1012
TRY_LATER = 1013
TOO_BIG = 1009
TOKEN_REVOKED = 4401
DISABLED = FORBIDDEN = 4403
REPLACED = 4409
