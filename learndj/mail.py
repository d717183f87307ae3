"""Read the address of a mail server, or fail loudly and say how to mend it."""

import re
from email.utils import parseaddr
from typing import NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from learndj import env

THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
PORTS = {"smtp": 587, "smtps": 465, "plain": 25}


class Server(NamedTuple):
    """Of mail; without a host there is none."""

    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    # Begins in the clear and turns to TLS at once, or is TLS from the first byte on.
    starttls: bool = False
    tls: bool = False


def server(name: str, public_url: str) -> Server:
    """smtp://user:password@host:587 or smtps://…:465; smtp://localhost?tls=none is in the clear."""
    value = env.text(name)
    if not value:
        return Server()
    way, parts = _parse(name, value)
    if not public_url:
        raise ImproperlyConfigured(
            f"{name} needs PUBLIC_URL, the address that links in mails lead to: set it, or leave {name} out."
        )
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if password and way == "plain" and parts.hostname not in THIS_MACHINE:
        raise ImproperlyConfigured(f"{name}: tls=none would send the password in the clear. Leave it out.")
    port = parts.port or PORTS[way]
    return Server(parts.hostname or "", port, user, password, starttls=way == "smtp", tls=way == "smtps")


def _parse(name: str, value: str) -> tuple[str, SplitResult]:
    """One of `PORTS`, and the address."""
    try:
        parts = urlsplit(value)
        way = {"": parts.scheme, "tls=none": "plain" if parts.scheme == "smtp" else ""}.get(parts.query, "")
        if (
            not parts.hostname
            or parts.port == 0
            or way not in PORTS
            or parts.path.strip("/")
            or parts.fragment
        ):
            raise ValueError("not such an address")
    except ValueError:
        # The cause quotes what it does not like, and that may be the password.
        raise ImproperlyConfigured(
            f"{name}: use smtp://user:password@mail.example.org:587 or smtps://…:465, with special characters of the "
            "password escaped (@ as %40), or smtp://localhost:25?tls=none for a mail server on this machine."
        ) from None
    return way, parts


def sender(name: str, public_url: str) -> str:
    """Whom mails are from: an address, with a name before it or without."""
    value = env.text(name, f"Sense Live <sense-live@{env.host_of(public_url) or 'localhost'}>")
    if not value.isprintable() or not re.fullmatch(r"[^@\s]+@[^@\s]+", parseaddr(value)[1]):
        raise ImproperlyConfigured(f"{name}={value[:80]!r}: use Sense Live <sense@example.org>.")
    return value
