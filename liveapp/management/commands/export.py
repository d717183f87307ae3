"""`manage.py export`: what is kept of devices, as files."""

import os
import sys
from argparse import ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError

from liveapp.errors import StorageUnavailable
from liveapp.exporting import FORMATS, Format, ParquetMissing, Selection, UnknownMetrics, select
from liveapp.exporting.selection import ALL_TIME_MS
from liveapp.importing.times import FORMS, moment_ms
from liveapp.levels import Level
from liveapp.management.progress import Progress
from liveapp.management.stopping import told_when_stopped
from liveapp.models import Device
from liveapp.moments import in_other_unit
from liveapp.zone import zone

LEVELS = {level.label: level for level in Level}


def moment(text: str) -> int:
    """Milliseconds since 1970, as such or as ISO 8601."""
    try:
        time_ms = int(text) if text.isdecimal() else moment_ms(text, zone())
    except ValueError as error:
        why = str(error).removesuffix(FORMS)
        raise ArgumentTypeError(f"{why}Use 2026-11-21, 2026-11-21T09:40:00Z or milliseconds.") from error
    if text.isdecimal() and (other := in_other_unit(time_ms)):
        raise ArgumentTypeError(other)
    if not 0 <= time_ms <= ALL_TIME_MS:
        raise ArgumentTypeError(f"{text} is not between 1970 and 2109.")
    return time_ms


class Command(BaseCommand):
    help = (
        "Export readings of devices, or their minutes, quarters, hours or days, as CSV, NDJSON or Parquet. "
        "Servers may go on meanwhile."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("devices", nargs="+", metavar="DEVICE", help="ids, such as kitchen")
        parser.add_argument("--start", type=moment, default=0, help="the first moment (default: all)")
        parser.add_argument("--end", type=moment, default=ALL_TIME_MS, help="up to before it (default: all)")
        parser.add_argument("--resolution", choices=LEVELS, default=Level.RAW.label, help="default: raw")
        parser.add_argument("--format", choices=FORMATS, default="csv", help="default: csv")
        parser.add_argument("--metrics", help="comma-separated: temperature,humidity (default: all)")
        parser.add_argument(
            "--output", type=Path, help="a file, or for several devices a folder (default: standard output)"
        )

    def handle(self, *, devices: list[str], output: Path | None, **options: Any) -> None:
        form = FORMATS[options["format"]]
        if options["start"] >= options["end"]:
            raise CommandError("The start must be before the end.")
        try:
            form.check()
            selections = [_selected(device_id, options) for device_id in dict.fromkeys(devices)]
            _write(selections, form, output)
        except (ParquetMissing, UnknownMetrics, StorageUnavailable) as error:
            raise CommandError(str(error)) from error
        except BrokenPipeError:
            # Who read it, such as `head`, has had enough; Python would complain of that once more at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except OSError as error:
            raise CommandError(f"The file cannot be written: {error.strerror or error}.") from error


def _selected(device_id: str, options: dict[str, Any]) -> Selection:
    device = Device.objects.filter(id=device_id).first()
    if device is None:
        raise CommandError(f"There is no device {device_id!r}. 'manage.py device list' shows all.")
    named = [name.strip() for name in (options["metrics"] or "").split(",") if name.strip()]
    return select(device, options["start"], options["end"], LEVELS[options["resolution"]], named or None)


def _write(selections: list[Selection], form: Format, output: Path | None) -> None:
    if output is None:
        _write_out(selections, form)
        return
    into_folder = output.is_dir() or len(selections) > 1
    if into_folder:
        output.mkdir(parents=True, exist_ok=True)
    for selection in selections:
        path = output / f"{selection.file_stem}.{form.suffix}" if into_folder else output
        with told_when_stopped(f"{path} was not written."), _whole(path) as file:
            _copy(selection, form, file)
        sys.stderr.write(f"{selection.device_id} is in {path}.\n")


def _write_out(selections: list[Selection], form: Format) -> None:
    if len(selections) > 1:
        raise CommandError("Name a folder for the files of several devices: --output exports")
    if form.suffix == "parquet" and sys.stdout.isatty():
        raise CommandError("Parquet is not for a terminal. Name a file: --output kitchen.parquet")
    _copy(selections[0], form, sys.stdout.buffer)
    sys.stdout.flush()


def _copy(selection: Selection, form: Format, file: BinaryIO) -> None:
    progress = Progress("bytes")
    written = 0
    try:
        for chunk in form.chunks(selection):
            file.write(chunk)
            written += len(chunk)
            progress.tell(written)
    finally:
        progress.clear()


@contextmanager
def _whole(path: Path) -> Iterator[BinaryIO]:
    """A file that is there when it is whole, and not before."""
    if path.exists() and not path.is_file():
        # A pipe or a device.
        with path.open("wb") as file:
            yield file
        return
    draft = path.with_name(f"{path.name}.unfinished")
    try:
        with draft.open("wb") as file:
            yield file
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
