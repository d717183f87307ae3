"""Read the address of the database, or fail loudly and say how to mend it."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from pymongo.errors import PyMongoError
from pymongo.uri_parser import parse_uri

from learndj import env

SQLITE_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous={}; PRAGMA foreign_keys=ON;"


def databases(name: str, base: Path) -> dict[str, dict[str, Any]]:
    """`DATABASES` for Django: `default`, and `ingest`, the same database opened for durable writes.

    The value is sqlite:///relative/path, sqlite:////absolute/path or mongodb://host/name.
    """
    value = env.text(name, "sqlite:///data/sense-live.sqlite3")
    scheme, _, rest = value.partition("://")
    if scheme == "sqlite":
        return _sqlite(name, rest, base)
    if scheme in ("mongodb", "mongodb+srv"):
        return _mongodb(name, value)
    raise ImproperlyConfigured(
        f"{name} {env.beginning(value)}: use sqlite:///data/sense-live.sqlite3 or mongodb://host:27017/sense_live."
    )


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
