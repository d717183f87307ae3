"""What is in a backup's folder: a dump, and a list of all that belongs to it."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.migrations.loader import MigrationLoader
from pymongo.errors import PyMongoError

from liveapp.models import Device, Reading
from liveapp.store import DAMAGED, DumpFailed, Rows, in_short, is_damage, is_stage

# Written last: a folder without it is no backup.
LIST = "backup.json"
FORMAT = 1
READINGS, DEVICES = Reading._meta.db_table, Device._meta.db_table


class BackupFailed(Exception):
    """The sentence says what was wrong and how to mend it."""


@dataclass(frozen=True, slots=True)
class Backup:
    """`rows` by table; `files` with their SHA-256, by path in the folder; `taken` is when it began."""

    format: int
    engine: str
    version: str
    taken: str
    migrations: list[str]
    rows: Rows
    files: dict[str, str]

    @property
    def readings(self) -> int:
        return self.rows.get(READINGS, 0)

    @property
    def devices(self) -> int:
        return self.rows.get(DEVICES, 0)


def read(path: Path) -> Backup:
    """What a backup says of itself. Raises BackupFailed."""
    if not path.is_dir():
        raise BackupFailed(f"There is no backup at {path}: name the folder that `manage.py backup` made.")
    if not (path / LIST).is_file():
        raise BackupFailed(
            f"{path} has no {LIST}: it is no backup, or one that was not finished. Use another one."
        )
    try:
        listed: dict[str, Any] = json.loads((path / LIST).read_bytes())
        if listed["format"] > FORMAT:
            raise BackupFailed(
                "This backup is of a newer version of Sense Live. Restore it with that version."
            )
        return Backup(**listed)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BackupFailed(f"{path / LIST} cannot be read ({error}). Use another backup.") from error


def compare(path: Path, backup: Backup) -> None:
    """Raises BackupFailed unless every file is as it was written."""
    found = {str(file.relative_to(path)) for file in files(path)} - {LIST}
    if missing := sorted(set(backup.files) - found):
        raise BackupFailed(f"{missing[0]} is missing in {path}. Use another backup.")
    for name, written in backup.files.items():
        if digest(path / name) != written:
            raise BackupFailed(
                f"{name} in {path} was changed or damaged since it was written. Use another backup."
            )


def files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_empty() -> bool:
    """Whether nobody would miss what is there; tables that were never made are empty too."""
    tables = connections[DEFAULT_DB_ALIAS].introspection.table_names()
    models = (get_user_model(), Device, Reading)
    return not any(model._meta.db_table in tables and model._base_manager.exists() for model in models)


def foreign_tables() -> list[str]:
    """Those of other programs. Of another version of this one they begin as today's do, whatever follows."""
    beginnings = (*(f"{app.label}_" for app in apps.get_app_configs()), "django_", "system.")
    tables = connections[DEFAULT_DB_ALIAS].introspection.table_names()
    return sorted(table for table in tables if not table.startswith(beginnings) and not is_stage(table))


def applied_migrations() -> list[str]:
    """Those the database has."""
    return names(MigrationLoader(connections[DEFAULT_DB_ALIAS]).applied_migrations)


def known_migrations() -> list[str]:
    """Those this version knows. Asks no database: that may be the one that is damaged."""
    return names(MigrationLoader(None).disk_migrations)


def names(keys: Any) -> list[str]:
    """Of migrations, as a backup lists them."""
    return sorted(f"{app}.{name}" for app, name in keys)


@contextmanager
def told(beginning: str) -> Iterator[None]:
    """Raises BackupFailed with a sentence for whatever stands in the way."""
    try:
        yield
    except DumpFailed as error:
        raise BackupFailed(f"{beginning}: {error}") from error
    except OSError as error:
        place = f" ({error.filename})" if error.filename else ""
        hint = "Look at the free space of the disk and the rights of the folder."
        raise BackupFailed(f"{beginning}: {error.strerror}{place}. {hint}") from error
    except (DatabaseError, PyMongoError) as error:
        hint = DAMAGED if is_damage(error.__cause__) else "Start the database and check DATABASE_URL."
        raise BackupFailed(f"{beginning}: {in_short(error)}. {hint}") from error
