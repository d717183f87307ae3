"""`manage.py rollups`: how far the rollups are, and making them anew."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from liveapp.models import Device, Job, Stale, Touch
from liveapp.renewal import mark_everything
from liveapp.rollups import JOB


class Command(BaseCommand):
    help = (
        "Say how many rollups wait to be made. With --anew all of them are made anew from readings, by the worker: "
        "after TIME_ZONE was changed, or which metrics are angles."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--anew", action="store_true", help="make all of them anew, in the background")
        parser.add_argument("devices", nargs="*", metavar="DEVICE", help="of these devices alone")

    def handle(self, *, anew: bool, devices: list[str], **options: Any) -> None:
        if devices and not anew:
            raise CommandError("Name devices together with --anew only.")
        if anew:
            self._make_anew(devices)
        waiting, untold = Stale.objects.count(), Touch.objects.count()
        self.stdout.write(f"{waiting} rollups and {untold} commits of readings wait for the worker.")

    def _make_anew(self, ids: list[str]) -> None:
        numbers = dict(Device.objects.order_by("id").values_list("id", "number"))
        if unknown := sorted(set(ids) - set(numbers)):
            raise CommandError(f"There is no device {unknown[0]!r}. `manage.py device list` names all.")
        for device_id in ids or numbers:
            minutes = mark_everything(numbers[device_id])
            self.stdout.write(f"{device_id}: {minutes} minutes with readings will be rolled up anew.")
        Job.hurry(JOB)
