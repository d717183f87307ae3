"""What went wrong with a connection, in plain words, and how long to leave the server alone for it."""

import json
import socket
import sqlite3
import ssl
from dataclasses import dataclass

from websockets.exceptions import (
    ConnectionClosed,
    InvalidHandshake,
    InvalidStatus,
    InvalidURI,
    WebSocketException,
)

from .errors import NothingAccepted, PublisherError
from .protocol import shorten

TOO_BIG = 1009
REPLACED_WAIT_S = 60.0

WRONG = (
    "The server does not know this token: it is wrong, or it was revoked. Make a new one for this device in the "
    "dashboard and put it where this publisher reads it (see --token-file)."
)
DISABLED = (
    "This device is disabled at the server. Enable it in the dashboard; its readings are kept until then."
)
REFUSED = (
    "The server refuses this device (403): it is disabled there, or its token is wrong. Look at it in the dashboard; "
    "readings are kept until then."
)
REPLACED = (
    "Another publisher has connected with the same token and took this one's place. Give each board a device and a "
    "token of its own."
)


@dataclass(frozen=True)
class Failure:
    """`text` for the log, and `wait_s` seconds to wait, or none where the usual back-off will do."""

    text: str
    wait_s: float | None = None


def explain(error: Exception, *, refused_wait_s: float) -> Failure:
    """The sentence and the wait for whatever ended a connection, or kept it from opening."""
    match error:
        case InvalidStatus():
            return _status(error, refused_wait_s)
        case ConnectionClosed():
            return _closed(error, refused_wait_s)
        case NothingAccepted():
            return Failure(str(error), refused_wait_s)
        case PublisherError():
            return Failure(str(error))
        case sqlite3.Error():
            return Failure(f"The spool cannot be used just now: {error}. Is the disk full, or failing?")
        case ssl.SSLCertVerificationError():
            return Failure(
                f"The server's certificate is not trusted ({error.verify_message}). If it is your own authority's, "
                "name its certificate with --ca-file; is the board's clock right?"
            )
    return Failure(_network(error))


def _network(error: Exception) -> str:
    match error:
        case ssl.SSLError():
            return "The server does not speak TLS there: try ws:// instead of wss://, or another port."
        case socket.gaierror():
            return f"The server's name cannot be found ({error.strerror}). Is it spelled right, and is the network up?"
        case ConnectionRefusedError():
            return (
                "Nothing answers at the server's address and port. Is the server running, is the port right?"
            )
        case ConnectionResetError():
            return "The server hung up before anything was said. Does it speak TLS there (wss://), or not (ws://)?"
        case TimeoutError():
            return "The server did not answer in time. Is the network up?"
        case OSError():
            return f"The server cannot be reached ({error.strerror or type(error).__name__})."
        case InvalidHandshake() | InvalidURI():
            return f"What answers there does not speak WebSocket ({shorten(str(error))}). Is the port right?"
        case WebSocketException():
            return f"The connection broke ({shorten(str(error))})."
    return f"The connection broke in a way nobody thought of ({type(error).__name__}: {shorten(str(error))})."


def _status(error: InvalidStatus, refused_wait_s: float) -> Failure:
    status = error.response.status_code
    if status == 401:
        return Failure(WRONG, refused_wait_s)
    if status == 403:
        disabled = _body_code(error.response.body) == "device_disabled"
        return Failure(DISABLED if disabled else REFUSED, refused_wait_s)
    if status == 404:
        return Failure("The server has no such page (404). The address should end in /ws/device/.")
    return Failure(f"The server answered with status {status}.")


def _body_code(body: bytes | bytearray | None) -> object:
    try:
        answer = json.loads(body or b"null")
    except (ValueError, RecursionError):
        # A body is a courtesy; a proxy may have put a page of its own there.
        return None
    return answer.get("code") if isinstance(answer, dict) else None


def _closed(error: ConnectionClosed, refused_wait_s: float) -> Failure:
    code = None if error.rcvd is None else error.rcvd.code
    match code:
        case 4401:
            return Failure(WRONG, refused_wait_s)
        case 4403:
            return Failure(DISABLED, refused_wait_s)
        case 4409:
            return Failure(REPLACED, min(REPLACED_WAIT_S, refused_wait_s))
        case 1009:
            return Failure("A message was too big for the server or a proxy before it. Sending smaller ones.")
        case 1001 | 1012:
            return Failure("The server is going away. Connecting again soon.")
        case None:
            return Failure("The connection was lost.")
    reason = shorten(error.rcvd.reason) if error.rcvd is not None else ""
    return Failure(f"The server closed the connection ({code}{' ' + reason if reason else ''}).")
