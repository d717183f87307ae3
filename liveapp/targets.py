"""Where this server may send to: an address that others typed in, and what its name leads to."""

import ipaddress
import re
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

MAX_LENGTH = 500
PORTS = {"https": 443, "http": 80}
# Printable ASCII; no backslash, which some read as a slash.
PLAIN = re.compile(r"[!-\[\]-~]+")
GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
# Of protocols; some clouds tell secrets there. Python 3.11 takes a part of it for public.
PROTOCOLS = ipaddress.IPv4Network("192.0.0.0/24")
# What an IPv6-only network's name server makes of an IPv4 address.
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class TargetRefused(Exception):
    """The sentence says what is wrong with the address and how to mend it."""


@dataclass(frozen=True, slots=True)
class Target:
    """An http(s) address, taken apart."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def netloc(self) -> str:
        """As the Host header has it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def parse(url: str) -> Target:
    """Raises TargetRefused unless it is a plain address. Asks no name server."""
    if len(url) > MAX_LENGTH or not PLAIN.fullmatch(url):
        raise TargetRefused(f"use an address of at most {MAX_LENGTH} plain characters, without spaces.")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise TargetRefused("it is no address: use one such as https://example.org/hook.") from error
    if parts.scheme not in PORTS or not host:
        raise TargetRefused("use an address such as https://example.org/hook.")
    if "@" in parts.netloc or "%" in host or parts.fragment:
        raise TargetRefused("leave out user names, passwords, % in the name and what follows a #.")
    if port == 0:
        raise TargetRefused("use a port from 1 to 65535.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port or PORTS[parts.scheme], path)


def resolve(target: Target) -> list[str]:
    """All addresses of its name, each of them allowed. Asks the name server.

    Raises TargetRefused when one is not allowed, and OSError when there is none.
    """
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise TargetRefused(f"{target.host[:80]} is no name of a computer.") from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for address in addresses:
        _check(target, address)
    return addresses


def check(url: str) -> None:
    """Raises TargetRefused. A name that leads nowhere now may do so later: it is looked at again with each use."""
    target = parse(url)
    try:
        resolve(target)
    except OSError:
        return


def is_public(address: Address) -> bool:
    """Whether it is anybody's on the Internet: of no private network, no machine's own, no group's."""
    if address.is_multicast or not address.is_global or address in PROTOCOLS:
        return False
    return isinstance(address, ipaddress.IPv4Address) or address in GLOBAL_UNICAST


def meant(text: str) -> Address:
    """An address; the IPv4 address that is meant where one of IPv6 is only its wrapping."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or address


def _check(target: Target, text: str) -> None:
    address = meant(text)
    if any(address in network for network in settings.WEBHOOK_ALLOWED_NETWORKS):
        return
    network = ipaddress.ip_network(address)
    leads = f"{target.host} leads to {address}" if str(address) != target.host else str(address)
    if not is_public(address):
        allow = f"If it is yours, allow it: WEBHOOK_ALLOWED_NETWORKS={network}."
        raise TargetRefused(f"{leads}: that is no public address. {allow}")
    if target.scheme != "https":
        raise TargetRefused("use https://; http:// is only for the networks in WEBHOOK_ALLOWED_NETWORKS.")
