"""One signed request to an address that others chose: within a time, to an address that was looked at, no further."""

import logging
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import lru_cache
from http.client import HTTPConnection, HTTPException, HTTPResponse

from liveapp import targets
from liveapp.targets import Target, TargetRefused

CONNECT_S = 5.0
TOTAL_S = 10.0
MAX_ANSWER_BYTES = 4 * 1024
MAX_DETAIL = 200
LATE = f"There was no answer within {TOTAL_S:g} s."

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Without a `status` there was no answer; `detail` says why. Of the answer itself nothing is kept."""

    status: int | None
    detail: str
    took_ms: int
    retry_after_s: float = 0.0

    @property
    def ok(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def post(url: str, headers: Mapping[str, str], body: bytes) -> Outcome:
    """Blocks for some seconds at most, and never raises: what went wrong is in the outcome."""
    began_s = time.monotonic()
    status, retry_after_s = None, 0.0
    try:
        status, retry_after_s = _exchange(targets.parse(url), headers, body, until_s=began_s + TOTAL_S)
        detail = "" if 200 <= status < 300 else _said(status)
    except TargetRefused as error:
        detail = f"Not sent: {error}"
    except (OSError, HTTPException) as error:
        detail = _in_words(error)
    except Exception:
        logger.exception("A webhook could not be sent.")
        detail = "A defect of this server: its log says more."
    took_ms = round((time.monotonic() - began_s) * 1000)
    return Outcome(status, detail[:MAX_DETAIL], took_ms, retry_after_s)


def _exchange(
    target: Target, headers: Mapping[str, str], body: bytes, *, until_s: float
) -> tuple[int, float]:
    """The answer's status, and for how long it asks to wait, in seconds."""
    raw = _connect(targets.resolve(target), target.port, until_s)
    with closing(raw), _ended(raw, until_s), closing(HTTPConnection(target.host, target.port)) as connection:
        # The name is proved and asked for; the connection goes to the address that was looked at.
        connection.sock = (
            _tls().wrap_socket(raw, server_hostname=target.host) if target.scheme == "https" else raw
        )
        connection.request("POST", target.path, body, {"Host": target.netloc, **headers})
        answer = connection.getresponse()
        answer.read(MAX_ANSWER_BYTES)
        return answer.status, _retry_after_s(answer)


def _connect(addresses: list[str], port: int, until_s: float) -> socket.socket:
    """To the first of them that answers."""
    problem: OSError = TimeoutError(LATE)
    for address in addresses:
        left_s = until_s - time.monotonic()
        if left_s <= 0:
            break
        try:
            return socket.create_connection((address, port), timeout=min(CONNECT_S, left_s))
        except OSError as error:
            problem = error
    raise problem


@contextmanager
def _ended(raw: socket.socket, until_s: float) -> Iterator[None]:
    """Cut the line at that time, whatever it is used for: one that sends a byte now and then is never idle."""
    left_s = max(0.0, until_s - time.monotonic())
    raw.settimeout(left_s or None)
    is_late = threading.Event()
    # TLS takes the socket over; a second handle stays the line's.
    with closing(raw.dup()) as line:

        def cut() -> None:
            is_late.set()
            # Perhaps the other side was quicker.
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(left_s, cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        except (OSError, HTTPException) as error:
            if is_late.is_set():
                raise TimeoutError(LATE) from error
            raise
        finally:
            timer.cancel()
            timer.join()
        if is_late.is_set():
            # Cut in the middle, an answer can look like a short one.
            raise TimeoutError(LATE)


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _retry_after_s(answer: HTTPResponse) -> float:
    """Seconds or a date; 0 for what is neither."""
    text = (answer.getheader("Retry-After") or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time()) if text else 0.0
    except (ValueError, OverflowError):
        return 0.0


def _said(status: int) -> str:
    if 300 <= status < 400:
        return f"The receiver answered with status {status}: redirects are not followed. Use the address they lead to."
    return f"The receiver answered with status {status}."


def _in_words(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"The receiver's certificate is not valid: {error.verify_message}."
    if isinstance(error, TimeoutError):
        return LATE
    if isinstance(error, socket.gaierror):
        return "The receiver's name was not found."
    if isinstance(error, HTTPException) and not isinstance(error, OSError):
        # Not in its own words: it may be no receiver at all, but something that tells who it is.
        return "What answered there does not speak HTTP."
    return f"The receiver could not be reached: {getattr(error, 'strerror', None) or repr(error)}."
