"""Restore a backup: all of it, in the place of all that is there."""

from pathlib import Path

from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connections

from liveapp.backup import crossing
from liveapp.backup.contents import (
    Backup,
    BackupFailed,
    compare,
    foreign_tables,
    is_empty,
    known_migrations,
    read,
    told,
)
from liveapp.deletion import ask_for_deletion
from liveapp.models import AccountSession, Device, Sequence
from liveapp.models.reading import key_of
from liveapp.store import dump, store


def restore(path: Path, *, replace: bool = False) -> Backup:
    """Put a backup in the place of an empty database, or of any with `replace`. Raises BackupFailed.

    Servers must not run: they would go on with what they remember.
    """
    backup = read(path)
    with told("Nothing was restored"):
        _refuse_unfit(backup)
        if foreign := foreign_tables():
            raise BackupFailed(
                f"This database has tables of another program ({', '.join(foreign[:3])}), which a restore would "
                "remove. Name a database for Sense Live alone in DATABASE_URL."
            )
        if not replace and not is_empty():
            raise BackupFailed(
                "This database has people, devices or readings, which a restore would remove. "
                "Restore into an empty one, or say --replace."
            )
        compare(path, backup)
        connections.close_all()
        load = crossing.load if crossing.crosses(backup) else dump().load
        load(path, backup.rows)
    with told("All was restored, but then"):
        call_command("migrate", interactive=False, verbosity=0)
        _clear_up()
    return backup


def _refuse_unfit(backup: Backup) -> None:
    crosses = crossing.crosses(backup)
    if backup.engine != dump().engine and not crosses:
        raise BackupFailed(
            f"This is a backup of {backup.engine}, and DATABASE_URL names {dump().engine}. "
            f"Restore it with a DATABASE_URL of {backup.engine}."
        )
    known = crossing.sqlite_migrations() if crosses else known_migrations()
    unknown = sorted(set(backup.migrations) - set(known))
    if unknown:
        raise BackupFailed(
            f"This backup is of a newer version ({backup.version}, with {unknown[0]}). Restore it with that version."
        )
    if crosses:
        crossing.refuse_other_versions(backup)


def _clear_up() -> None:
    # One that was ended since would let in again whoever it was ended for.
    Session.objects.all().delete()
    AccountSession.objects.all().delete()
    _delete_unwanted()


def _delete_unwanted() -> None:
    """Readings of devices that were deleted while the backup was taken."""
    known = set(Device.objects.values_list("number", flat=True))
    last = Sequence.objects.filter(name="device").values_list("last", flat=True).first() or 0
    for number in sorted(set(range(1, last + 1)) - known):
        if store().read(key_of(number, 0), key_of(number + 1, 0), 1):
            ask_for_deletion(number, f"number-{number}")
