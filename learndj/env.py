"""Read one environment variable, or fail loudly and say how to mend it."""

import os
import re
import secrets
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ImproperlyConfigured

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
PUBLIC_URL = r"https?://([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?"


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool = False) -> bool:
    value = text(name, str(default)).lower()
    if value not in ("true", "false", "1", "0", "yes", "no"):
        raise ImproperlyConfigured(f"{name}={value!r}: use True or False.")
    return value in ("true", "1", "yes")


def number(name: str, default: int, *, least: int = 0, most: int = 2**31) -> int:
    value = text(name, str(default))
    # Not longer than any number that can be asked for: Python refuses to read thousands of digits.
    if not re.fullmatch("[0-9]{1,12}", value) or not least <= int(value) <= most:
        raise ImproperlyConfigured(f"{name}={value[:40]!r}: use a whole number from {least} to {most}.")
    return int(value)


def items(name: str, default: list[str]) -> list[str]:
    """A comma-separated list."""
    value = text(name)
    return [item.strip() for item in value.split(",") if item.strip()] if value else default


def seconds(name: str, default: list[int]) -> list[int]:
    """A comma-separated list of whole numbers, at least one."""
    values = items(name, [str(one) for one in default])
    if not values or not all(re.fullmatch("[0-9]{1,5}", value) for value in values):
        raise ImproperlyConfigured(f"{name}: use whole seconds with commas between them, such as 5,30,120.")
    return [int(value) for value in values]


def networks(name: str) -> list[IPv4Network | IPv6Network]:
    """A comma-separated list of networks, or none."""
    found = []
    for item in items(name, []):
        try:
            found.append(ip_network(item))
        except ValueError as error:
            raise ImproperlyConfigured(
                f"{name}: {item[:60]!r} is no network. Use such as 192.168.1.0/24 or fd00::/8; its address ends where "
                "its bits do."
            ) from error
    return found


def public_url(name: str) -> str:
    """An http(s) address without a path, or nothing."""
    value = text(name).rstrip("/")
    if value and not (re.fullmatch(PUBLIC_URL, value) and has_possible_port(value)):
        raise ImproperlyConfigured(
            f"{name} is not a plain address: use an address such as https://sense.example.org."
        )
    return value


def host_of(url: str) -> str:
    """The host of an address, as `ALLOWED_HOSTS` wants it: without the port, an IPv6 address in brackets."""
    host = urlsplit(url).hostname or ""
    return f"[{host}]" if ":" in host else host


def choice(name: str, values: tuple[str, ...], default: str = "") -> str:
    """One of `values`, whose first is the default where no other is named."""
    value = text(name, default or values[0])
    found = next((one for one in values if one.lower() == value.lower()), None)
    if found is None:
        raise ImproperlyConfigured(f"{name}={value[:40]!r}: use one of {', '.join(values)}.")
    return found


def log_level(name: str) -> str:
    return choice(name, LOG_LEVELS, "INFO")


def time_zone(name: str) -> str:
    """A name of the tz database; UTC where none is given."""
    value = text(name, "UTC")
    try:
        return ZoneInfo(value).key
    except (ValueError, OSError, ZoneInfoNotFoundError) as error:
        raise ImproperlyConfigured(
            f"{name}={value[:40]!r}: use a name such as Europe/Berlin or UTC (Wikipedia lists them as tz database)."
        ) from error


def secret(name: str, file: Path) -> str:
    """The variable, or a random value kept in `file`, readable by its owner alone."""
    if value := text(name):
        if len(value) < 50:
            raise ImproperlyConfigured(
                f"{name} is too short: use at least 50 random characters ('make env' makes some)."
            )
        return value
    try:
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            # Written aside and linked, so that two processes that start together agree on one value.
            draft = file.with_name(f"{file.name}.{os.getpid()}")
            draft.touch(mode=0o600)
            draft.write_text(secrets.token_urlsafe(64))
            try:
                os.link(draft, file)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return file.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{name} is not set and cannot be kept in {file}: {error.strerror}. "
            f"Set {name}, or make that folder writable."
        ) from error


def token(name: str) -> str:
    """A password for programs, or nothing."""
    value = text(name)
    if value and (len(value) < 32 or not value.isascii() or not value.isprintable()):
        raise ImproperlyConfigured(
            f"{name} is too weak: use at least 32 random letters and digits, or leave it out."
        )
    return value


def beginning(value: str) -> str:
    """How an address begins, without the password that may follow."""
    scheme, separator, _ = value.partition("://")
    return f"begins with {scheme!r}" if separator else "is not an address"


def has_possible_port(value: str) -> bool:
    try:
        return urlsplit(value).port != 0
    except ValueError:
        return False
