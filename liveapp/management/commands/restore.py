"""`manage.py restore`: all that a backup holds, in the place of what is there."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from liveapp import audit, backup
from liveapp.management.stopping import told_when_stopped


class Command(BaseCommand):
    help = "Restore a backup of `manage.py backup` into an empty database. Stop servers and workers first."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("folder", type=Path, help="the folder of a backup")
        parser.add_argument("--replace", action="store_true", help="remove all that is in the database now")

    def handle(self, *, folder: Path, replace: bool, **options: Any) -> None:
        try:
            with told_when_stopped("Restore it again, with --replace."):
                held = backup.restore(folder, replace=replace)
        except backup.BackupFailed as error:
            raise CommandError(str(error)) from error
        when = f"Restored the backup of {held.taken}."
        audit.record(by=audit.COMMAND_LINE, action="restore", model="backup", detail=when)
        self.stdout.write(
            f"Restored {held.readings} readings of {held.devices} devices, as they were at {held.taken}. "
            "Start the servers and workers; boards go on with their tokens."
        )
        if backup.crosses(held):
            self.stdout.write("Sessions and the administration's log were left behind: people sign in anew.")
