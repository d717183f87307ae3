"""The server's address: what the user wrote, and what is connected to."""

import ipaddress
from urllib.parse import urlsplit, urlunsplit

SCHEMES = {"ws": "ws", "wss": "wss", "http": "ws", "https": "wss"}


def websocket_url(url: str | None) -> str:
    """The ws:// or wss:// address for what the user wrote. Raises `ValueError` in plain words."""
    if not url:
        raise ValueError("the server's address is missing; for example --url ws://server:8000/ws/device/")
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES or not parts.hostname:
        raise ValueError(f"{url!r} is no address of a server; it looks like ws://server:8000/ws/device/")
    if parts.query or parts.fragment or parts.username or parts.password:
        raise ValueError(
            "leave names, tokens and ? out of the address; the token has its own place, see --help"
        )
    if parts.port == 0:
        raise ValueError("0 is no port; a number from 1 to 65535 was expected")
    path = "/ws/device/" if parts.path in ("", "/") else parts.path.rstrip("/") + "/"
    return urlunsplit((SCHEMES[parts.scheme], parts.netloc, path, "", ""))


def is_local(url: str) -> bool:
    """Whether `url` leads to this very machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
