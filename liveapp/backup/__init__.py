"""Backups: everything in one folder, and back again."""

from liveapp.backup.contents import Backup, BackupFailed
from liveapp.backup.crossing import crosses
from liveapp.backup.restoring import restore
from liveapp.backup.taking import take

__all__ = ["Backup", "BackupFailed", "crosses", "restore", "take"]
