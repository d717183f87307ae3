"""The --host and --port of the commands that start a server."""

import errno
import logging
import socket
from argparse import ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

DEFAULT_PORT = 8000
# All addresses of this machine, and one of them.
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
logger = logging.getLogger(__name__)


def port(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise ArgumentTypeError(f"{text!r} is not a port: use a whole number from 1 to 65535.")
    return int(text)


def add_arguments(parser: Any) -> None:
    parser.add_argument(
        "--host", default="127.0.0.1", help="the address to listen on (0.0.0.0: all of this machine's)"
    )
    parser.add_argument("--port", type=port, default=DEFAULT_PORT, help="the port to listen on")


def check_free(host: str, port: int) -> None:
    """Raises CommandError, with the mend, when the address cannot be listened on."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            # As the server does: what a server that ended a moment ago left behind is not in the way.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise CommandError(_explain(error, host, port)) from error


def reachable(host: str) -> str:
    """Where a server that listens on `host` is found from this machine, as it stands in an address."""
    host = EVERYWHERE.get(host, host)
    return f"[{host}]" if ":" in host else host


def url_of(host: str, port: int) -> str:
    """Where people find a server that listens there."""
    return settings.PUBLIC_URL or f"http://{reachable(host)}:{port}"


@contextmanager
def noted(host: str, port: int) -> Iterator[None]:
    """While a server runs, `running_url` finds it. With a PUBLIC_URL there is nothing to note."""
    url = url_of(host, port)
    if not settings.PUBLIC_URL:
        _note(url)
    try:
        yield
    finally:
        # Another server may have come since.
        if _read() == url:
            _file().unlink(missing_ok=True)


def running_url() -> str:
    """PUBLIC_URL, or the server that was started last on this machine, or where one would be without options."""
    return settings.PUBLIC_URL or _read() or url_of("127.0.0.1", DEFAULT_PORT)


def _file() -> Path:
    return settings.DATA_DIR / "server-address"


def _note(url: str) -> None:
    try:
        _file().parent.mkdir(parents=True, exist_ok=True)
        _file().write_text(url, encoding="utf-8")
    except OSError as error:
        logger.info("%s cannot be written (%s): sign_in_link needs --url %s.", _file(), error.strerror, url)


def _read() -> str:
    try:
        return _file().read_text(encoding="utf-8")
    except OSError:
        # Nothing is noted; that is the usual case.
        return ""


def _explain(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is taken by another program. Choose another one: --port {port + 1} "
            f"(make run PORT={port + 1})."
        )
    if error.errno == errno.EACCES:
        return f"Port {port} may not be used without root. Choose one above 1023: --port 8000 (make run PORT=8000)."
    return f"{host} port {port} cannot be listened on: {error.strerror}. Use an address of this machine."
