"""The --host and --port of the commands that start a server."""

import errno
import socket
from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import CommandError


def port(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise ArgumentTypeError(f"{text!r} is not a port: use a whole number from 1 to 65535.")
    return int(text)


def add_arguments(parser: Any) -> None:
    parser.add_argument(
        "--host", default="127.0.0.1", help="the address to listen on (0.0.0.0: all of this machine's)"
    )
    parser.add_argument("--port", type=port, default=8000, help="the port to listen on")


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


def _explain(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is taken by another program. Choose another one: make run PORT={port + 1}"
    if error.errno == errno.EACCES:
        return f"Port {port} may not be used without root. Choose one above 1023: make run PORT=8000"
    return f"{host} port {port} cannot be listened on: {error.strerror}. Use an address of this machine."
