"""From SQLite to MongoDB: a backup of the one becomes the documents of the other.

The real migrations make the tables. Beside each of them a twin waits, with its indexes, until all rows are in it and
counted; then the twins take the places. So nothing is half done: of what fails before that, only empty tables that
migrate has just made are left over, and they are dropped too.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import ConnectionHandler

from liveapp.backup.contents import Backup, BackupFailed, applied_migrations, known_migrations, names
from liveapp.backup.documents import BACKUP, copy, new_keys
from liveapp.store import Rows, dump
from liveapp.store.dump import expect
from liveapp.store.mongodb_stage import Stage, staging
from liveapp.store.sqlite_dump import address, verify

# As migrate makes them: only their keys differ. Sessions and the admin's log, which are full of those, stay behind.
KEPT = (ContentType, Permission)
TAKEN = ("liveapp", "auth")


class _SqliteLoader(MigrationLoader):
    """Migrations as they are on SQLite, where every app has its own."""

    @classmethod
    def migrations_module(cls, app_label: str) -> tuple[str, bool]:
        return f"{apps.get_app_config(app_label).name}.migrations", False


def crosses(backup: Backup) -> bool:
    return (backup.engine, dump().engine) == ("SQLite", "MongoDB")


def sqlite_migrations() -> list[str]:
    """Those this version knows on SQLite."""
    return names(_SqliteLoader(None).disk_migrations)


def refuse_other_versions(backup: Backup) -> None:
    """Raises BackupFailed unless both the backup and what is in the database now have this version's tables."""
    if missing := sorted(set(sqlite_migrations()) - set(backup.migrations)):
        raise BackupFailed(
            f"This backup is of an older version ({backup.version}, without {missing[0]}). "
            "Restore it into SQLite with this version first, and back that up."
        )
    if (applied := applied_migrations()) and applied != known_migrations():
        raise BackupFailed(
            "This database has tables of another version. Name a new one in DATABASE_URL, "
            "or bring this one to this version first (manage.py migrate)."
        )


def load(folder: Path, rows: Rows) -> None:
    """Put what the backup holds in the place of all that is there. What fails leaves the database as it was."""
    verify(folder, rows)
    connection: Any = connections[DEFAULT_DB_ALIAS]
    connection.ensure_connection()
    with _opened(folder), _dropping_new(connection.database), staging(connection.database) as stage:
        call_command("migrate", interactive=False, verbosity=0)
        _fill(stage, rows)
        stage.take_over(keep=[model._meta.db_table for model in (*KEPT, MigrationRecorder.Migration)])


def _fill(stage: Stage, rows: Rows) -> None:
    keys = new_keys()
    for model in apps.get_models(include_auto_created=True):
        if model not in KEPT:
            table = model._meta.db_table
            twin = stage.make_like(table)
            if model._meta.app_label in TAKEN:
                expect(table, copy(model, twin, keys), rows)


@contextmanager
def _opened(folder: Path) -> Iterator[None]:
    """The backup is a database of Django's too, for as long as this lasts."""
    sqlite = {"ENGINE": "django.db.backends.sqlite3", "NAME": address(folder)}
    connections[BACKUP] = ConnectionHandler({DEFAULT_DB_ALIAS: {}, BACKUP: sqlite}).create_connection(BACKUP)
    try:
        yield
    finally:
        connections[BACKUP].close()
        del connections[BACKUP]


@contextmanager
def _dropping_new(database: Any) -> Iterator[None]:
    """When it fails, what was not there before goes."""
    before = set(database.list_collection_names())
    try:
        yield
    except BaseException:
        for name in set(database.list_collection_names()) - before:
            database.drop_collection(name)
        raise
