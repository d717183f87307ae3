"""Where a request comes from."""

from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

# Who has one IPv6 address has at least so many bits of them.
OWN_BITS = 64


def address_of(request: HttpRequest | Request) -> str:
    """As NUM_PROXIES says; empty where it is no address."""
    said = BaseThrottle().get_ident(request) or ""  # type: ignore[arg-type]
    try:
        found = ip_address(said.partition("%")[0])
    except ValueError:
        return ""
    return str(getattr(found, "ipv4_mapped", None) or found)


def address_of_socket(scope: Mapping[str, Any]) -> str:
    """The same of a WebSocket."""
    headers = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
    client = scope.get("client") or ("",)
    request = HttpRequest()
    request.META = {
        "REMOTE_ADDR": client[0],
        **({"HTTP_X_FORWARDED_FOR": ",".join(headers)} if headers else {}),
    }
    return address_of(request)


def neighbourhood_of(address: str) -> str:
    """What one household or one machine has: attempts from all of it are counted together."""
    if not address or not isinstance(ip_address(address), IPv6Address):
        return address
    return str(ip_network((address, OWN_BITS), strict=False))
