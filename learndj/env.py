"""Read one environment variable, or fail loudly and say how to mend it."""

import os
import re
import secrets
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ImproperlyConfigured
from pymongo.errors import PyMongoError
from pymongo.uri_parser import parse_uri

NEVER_S = 10**10
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
PUBLIC_URL = r"https?://([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?"
SQLITE_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous={}; PRAGMA foreign_keys=ON;"


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
    if value and not (re.fullmatch(PUBLIC_URL, value) and _has_possible_port(value)):
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


def database(name: str, base: Path) -> dict[str, dict[str, Any]]:
    """`DATABASES` for Django: `default`, and `ingest`, the same database opened for durable writes.

    The value is sqlite:///relative/path, sqlite:////absolute/path or mongodb://host/name.
    """
    value = text(name, "sqlite:///data/sense-live.sqlite3")
    scheme, _, rest = value.partition("://")
    if scheme == "sqlite":
        return _sqlite(name, rest, base)
    if scheme in ("mongodb", "mongodb+srv"):
        return _mongodb(name, value)
    raise ImproperlyConfigured(
        f"{name} {_beginning(value)}: use sqlite:///data/sense-live.sqlite3 or mongodb://host:27017/sense_live."
    )


def _beginning(value: str) -> str:
    """How an address begins, without the password that may follow."""
    scheme, separator, _ = value.partition("://")
    return f"begins with {scheme!r}" if separator else "is not an address"


def _has_possible_port(value: str) -> bool:
    try:
        return urlsplit(value).port != 0
    except ValueError:
        return False


def _sqlite(name: str, rest: str, base: Path) -> dict[str, dict[str, Any]]:
    if not rest.startswith("/") or len(rest) < 2:
        raise ImproperlyConfigured(
            f"{name}: a SQLite address has three slashes and a path: sqlite:///data/sense-live.sqlite3."
        )
    path = base / unquote(rest[1:])
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists() and os.access(path.parent, os.W_OK):
            # It holds sessions: nobody else's business. What SQLite puts beside it has the same rights.
            path.touch(mode=0o600)
    except OSError as error:
        raise ImproperlyConfigured(
            f"{name}: the folder {path.parent} cannot be made: {error.strerror}."
        ) from error
    if path.is_dir() or not os.access(path if path.exists() else path.parent, os.W_OK):
        raise ImproperlyConfigured(
            f"{name}: {path} cannot be written. Choose another path or mend its rights."
        )

    def alias(synchronous: str, max_age: int | None) -> dict[str, Any]:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(path),
            "CONN_MAX_AGE": max_age,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": SQLITE_PRAGMAS.format(synchronous),
            },
        }

    return {"default": alias("NORMAL", 0), "ingest": alias("FULL", None)}


def _mongodb(name: str, value: str) -> dict[str, dict[str, Any]]:
    try:
        parts = urlsplit(value)
        hosts = parts.netloc.rpartition("@")[2]
        database_name = unquote(parts.path.strip("/")) or "sense_live"
        if not hosts or "/" in database_name:
            raise ValueError("no host, or no database's name")
        if parts.scheme == "mongodb":
            # Of mongodb+srv the name server tells the rest; it is not asked here.
            parse_uri(value)
    except (ValueError, PyMongoError):
        # The causes quote what they do not like, and that may be the password.
        raise ImproperlyConfigured(
            f"{name}: use mongodb://user:password@host:27017/sense_live, with special characters of the password "
            "escaped (@ as %40) and no unknown options."
        ) from None
    given = {key.lower() for key, _ in parse_qsl(parts.query)}
    # Short enough that a device hears "storage_unavailable" before it gives up waiting for its ack.
    patience = {"serverSelectionTimeoutMS": 5_000, "connectTimeoutMS": 5_000, "socketTimeoutMS": 20_000}
    options: dict[str, Any] = {key: ms for key, ms in patience.items() if key.lower() not in given}
    # Must hold whatever the address says: without the journal a killed mongod loses acknowledged rows.
    options |= {"w": "majority", "journal": True, "wTimeoutMS": 10_000}

    def alias() -> dict[str, Any]:
        return {
            "ENGINE": "django_mongodb_backend",
            "HOST": value,
            "NAME": database_name,
            "OPTIONS": dict(options),
        }

    return {"default": alias(), "ingest": alias()}


def channel_layers(name: str) -> dict[str, dict[str, Any]]:
    """`CHANNEL_LAYERS` for Channels: Redis pub/sub, or this process's memory when nothing is set."""
    value = text(name)
    if not value:
        # Its members and messages would expire by the wall clock: after a day, or when that is set forward.
        config = {"capacity": 10_000, "expiry": NEVER_S, "group_expiry": NEVER_S}
        return {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": config}}
    if not _is_redis(value):
        raise ImproperlyConfigured(f"{name} {_beginning(value)}: use redis://:password@host:6379/0.")
    # Idle for longer than a socket's timeout is normal for a bus; a dead peer is found by keep-alive.
    host = {"address": value, "socket_timeout": None, "socket_keepalive": True, "socket_connect_timeout": 5}
    layer = "channels_redis.pubsub.RedisPubSubChannelLayer"
    return {"default": {"BACKEND": layer, "CONFIG": {"hosts": [host], "prefix": "sense-live"}}}


def _is_redis(value: str) -> bool:
    if not _has_possible_port(value):
        return False
    parts = urlsplit(value)
    return bool(
        parts.path if parts.scheme == "unix" else parts.scheme in ("redis", "rediss") and parts.hostname
    )
