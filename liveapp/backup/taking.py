"""Take a backup: whole, or not there at all."""

import json
import os
import shutil
import tempfile
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from liveapp.backup.contents import (
    FORMAT,
    LIST,
    Backup,
    BackupFailed,
    applied_migrations,
    digest,
    files,
    is_empty,
    told,
)
from liveapp.store import dump


def take(path: Path) -> Backup:
    """Back up the whole database into the new folder `path`, while servers go on. Raises BackupFailed."""
    if path.exists() and not (path.is_dir() and not any(path.iterdir())):
        raise BackupFailed(f"{path} is there already. Name a new folder, such as one with today's date.")
    with told("No backup was made"):
        if is_empty():
            raise BackupFailed(
                "No backup was made: the database is empty. Is DATABASE_URL what the servers have, and not the default?"
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f"{path.name}.unfinished-", dir=path.parent))
        try:
            backup = _fill(draft)
            draft.rename(path)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise
        _sync(path.parent)
    return backup


def _fill(folder: Path) -> Backup:
    taken = datetime.now(UTC).isoformat(timespec="seconds")
    rows = dump().save(folder)
    digests = {str(file.relative_to(folder)): digest(file) for file in files(folder)}
    version = str(settings.SPECTACULAR_SETTINGS["VERSION"])
    backup = Backup(FORMAT, dump().engine, version, taken, applied_migrations(), rows, digests)
    with os.fdopen(os.open(folder / LIST, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(asdict(backup), file, indent=1)
    for path in (*files(folder), *(path for path in folder.rglob("*") if path.is_dir()), folder):
        _sync(path)
    return backup


def _sync(path: Path) -> None:
    """Onto the disk, so that a backup that is there after a power cut is whole."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
