"""`manage.py backup`: a copy of everything, while servers go on."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from liveapp import backup
from liveapp.management.stopping import told_when_stopped


class Command(BaseCommand):
    help = "Back up the whole database into a new folder, for its owner alone. Servers may go on meanwhile."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("folder", type=Path, help="a new folder, such as backups/2026-11-21")

    def handle(self, *, folder: Path, **options: Any) -> None:
        try:
            with told_when_stopped("No backup was made."):
                made = backup.take(folder)
        except backup.BackupFailed as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Backed up {made.readings} readings of {made.devices} devices into {folder}.")
