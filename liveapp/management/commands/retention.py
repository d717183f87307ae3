"""`manage.py retention [show|set]`: how long everything is kept, and what is due to be deleted."""

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from liveapp import audit
from liveapp.models import Device
from liveapp.models.device import from_ms
from liveapp.models.retention import FOR_EVER, INSTALLATION, LONGEST_DAYS
from liveapp.retention.periods import AllPeriods, PeriodsRefused, change, in_words, said
from liveapp.retention.plan import Due, due
from liveapp.zone import zone

HEAD = ("level", "kept for", "deleted up to", "due to be deleted")
OPTIONS = {"raw": "raw_days", "minute": "minute_days", "hour": "hour_days"}
WHAT = {"raw": "readings", "minute": "rollups of minutes and quarters", "hour": "rollups of hours"}


class Command(BaseCommand):
    help = "Show or set how long readings and rollups are kept. Rollups of days are kept for ever."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", metavar="ACTION")
        for name, text in (
            (
                "show",
                "show what is kept and what is due to be deleted; with periods: as it would be with these",
            ),
            ("set", "set periods; what is older is deleted within the hour"),
        ):
            action = actions.add_parser(name, help=text)
            action.add_argument("--device", metavar="ID", help="of this device (default: the installation)")
            for option, what in WHAT.items():
                action.add_argument(
                    f"--{option}", type=_days, metavar="DAYS", help=f"{what}: days, or 'ever', or 'default'"
                )

    def handle(self, *, action: str | None, device: str | None = None, **options: Any) -> None:
        given = {
            field: options[option] for option, field in OPTIONS.items() if options.get(option) is not None
        }
        changes = {field: None if days == "default" else days for field, days in given.items()}
        only = None if device is None else _find(device)
        number = INSTALLATION if only is None else only.number
        if action == "set" and not changes:
            raise CommandError("Say what to set: --raw 30, --minute 365 or --hour 3650.")
        try:
            periods = (
                change(number, changes) if action == "set" else AllPeriods.load().changed(number, changes)
            )
        except PeriodsRefused as error:
            raise CommandError(str(error)) from error
        if action == "set":
            audit.log_command(audit.subject_of_retention(only), "change", said(changes))
        self._show(periods, device)

    def _show(self, periods: AllPeriods, device: str | None) -> None:
        devices = Device.objects.filter(**({} if device is None else {"id": device}))
        if not devices:
            self.stdout.write("There is no device yet. New ones keep:")
            self._table(due(INSTALLATION, periods.kept(INSTALLATION)))
        for name, number in devices.values_list("id", "number"):
            own = number in periods.differing()
            self.stdout.write(f"{name}{' (has periods of its own)' if own else ''}")
            self._table(due(number, periods.kept(number)))

    def _table(self, plan: Iterable[Due]) -> None:
        rows = [HEAD, *(_row(one) for one in plan), ("day", "for ever", "-", "nothing, ever")]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            self.stdout.write(f"  {'  '.join(cells)}".rstrip())


def _row(one: Due) -> tuple[str, str, str, str]:
    return one.level.label, in_words(one.days), _day(one.deleted_until_ms), " ".join(_due(one))


def _due(one: Due) -> Iterator[str]:
    if one.until_ms is None:
        yield "nothing, ever"
        return
    rows = f"{one.rows:,} row{'' if one.rows == 1 else 's'}" if one.rows else "nothing"
    yield f"more than {rows}" if one.more else rows
    yield f"before {_day(one.until_ms)}"


def _day(time_ms: int | None) -> str:
    return "-" if time_ms is None else f"{from_ms(time_ms).astimezone(zone()):%Y-%m-%d}"


def _days(text: str) -> int | str:
    if text in ("ever", "default"):
        return FOR_EVER if text == "ever" else text
    if not (text.isascii() and text.isdigit() and int(text) <= LONGEST_DAYS):
        raise ArgumentTypeError(
            f"{text!r}: use a number of days up to {LONGEST_DAYS:,}, or 'ever', or 'default'."
        )
    return int(text)


def _find(device_id: str) -> Device:
    device = Device.objects.filter(id=device_id).first()
    if device is None:
        raise CommandError(f"There is no device {device_id!r}. 'manage.py device list' shows all.")
    return device
