"""`manage.py import`: readings of a file into a device."""

import json
import sys
import time
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, BinaryIO, TextIO, TypeVar

from django.core.management.base import BaseCommand, CommandError

from liveapp import audit
from liveapp.errors import Refusal
from liveapp.importing import (
    Found,
    Hints,
    Loading,
    Opened,
    Problem,
    Report,
    Unreadable,
    named,
    opened,
    time_zone,
)
from liveapp.importing.times import UNITS
from liveapp.management.progress import Progress
from liveapp.management.stopping import told_when_stopped
from liveapp.models import Device
from liveapp.retention.kept import readings_kept_since_ms
from liveapp.store import store
from liveapp.zone import zone

SOME_REFUSED, NOT_READ = 1, 2
Parsed = TypeVar("Parsed")
AGAIN = "What was read until then is stored. Run it again: nothing is stored twice."


def _worded(parse: Callable[[str], Parsed]) -> Callable[[str], Parsed]:
    def parsed(text: str) -> Parsed:
        try:
            return parse(text)
        except ValueError as error:
            raise ArgumentTypeError(str(error)) from error

    return parsed


class Command(BaseCommand):
    help = (
        "Import readings from CSV or JSON. Servers and boards may go on meanwhile. A reading that is there already "
        "is not stored again, so the same file may be imported any number of times. "
        "Ends with 0 when all of it is stored, 1 when something was refused, 2 when it was not read to its end."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("file", help="a CSV file, an NDJSON file or a JSON array; - is standard input")
        parser.add_argument("--device", required=True, help="the device's id; add it first where it is new")
        parser.add_argument("--dry-run", action="store_true", help="say what would be refused, store nothing")
        parser.add_argument("--refused", type=Path, help="write each refused line into this file, with why")
        add_hints(parser)

    def handle(self, *, file: str, device: str, refused: Path | None, **options: Any) -> None:
        into = Device.objects.filter(id=device).first()
        if into is None:
            raise CommandError(f"There is no device {device!r}. Add it first: manage.py device add {device}")
        try:
            with _opened(file) as content, _written(refused) as refusals:
                size = _size(content)
                found = opened(content, _hints(options))
                since_ms = readings_kept_since_ms(into.number)
                loading = Loading(into, found.findings, kept_since_ms=since_ms, is_dry=options["dry_run"])
                if refusals is not None:
                    loading.report.on_refused = _writes(refusals)
                if not options["dry_run"]:
                    audit.log_command(audit.subject_of(into), "change", "Imports a file.")
                _load(loading, found, size)
        except Unreadable as error:
            raise CommandError(error.detail, returncode=NOT_READ) from error
        except Refusal as error:
            raise CommandError(f"{error.detail} {AGAIN}", returncode=NOT_READ) from error
        except OSError as error:
            raise CommandError(f"{error.filename or file}: {error.strerror}.", returncode=NOT_READ) from error
        self._tell(loading.report, is_dry=options["dry_run"])

    def _tell(self, report: Report, *, is_dry: bool) -> None:
        for line in report.lines(is_dry=is_dry):
            self.stdout.write(line)
        if report.broken:
            raise CommandError("The file was not read to its end.", returncode=NOT_READ)
        if report.refused:
            raise CommandError("Not all of the file could be taken.", returncode=SOME_REFUSED)


def add_hints(parser: Any) -> None:
    parser.add_argument(
        "--map",
        action="append",
        type=_worded(named),
        default=[],
        metavar="COLUMN=METRIC",
        help='"Temp °C=temperature"',
    )
    parser.add_argument("--ignore", action="append", default=[], metavar="COLUMN", help="leave a column out")
    parser.add_argument(
        "--time", metavar="COLUMN", help="where the time is (default: time, timestamp, date …)"
    )
    parser.add_argument(
        "--time-unit", choices=UNITS, help="of times that are numbers (default: by their size)"
    )
    parser.add_argument(
        "--timezone", type=_worded(time_zone), help="of times without one (default: the installation's)"
    )
    parser.add_argument("--encoding", default="utf-8", help="such as cp1252 (default: utf-8)")


def _hints(options: dict[str, Any]) -> Hints:
    return Hints(
        names=dict(options["map"]),
        ignored=frozenset(options["ignore"]),
        time_name=options["time"],
        time_unit=options["time_unit"],
        zone=options["timezone"] or zone(),
        encoding=options["encoding"],
    )


def _load(loading: Loading, found: Opened, size: int) -> None:
    progress = Progress("readings")
    try:
        with told_when_stopped(AGAIN):
            while batch := loading.take():
                began_s = time.monotonic()
                loading.settle(batch, store().commit(batch.rows) if batch.rows else [])
                # Boards get as much time as this takes.
                time.sleep(time.monotonic() - began_s)
                progress.tell(loading.report.read, found.source.position / size if size else None)
    finally:
        progress.clear()


@contextmanager
def _opened(file: str) -> Iterator[BinaryIO]:
    if file == "-":
        yield sys.stdin.buffer
        return
    with Path(file).open("rb") as content:
        yield content


def _size(content: BinaryIO) -> int:
    """In bytes; 0 of what has no end yet, such as a pipe."""
    if not content.seekable():
        return 0
    size = content.seek(0, 2)
    content.seek(0)
    return size


def _written(path: Path | None) -> Any:
    return nullcontext() if path is None else path.open("w", encoding="utf-8")


def _writes(file: TextIO) -> Any:
    def write(found: Found, problem: Problem) -> None:
        metric = {} if problem.metric is None else {"metric": problem.metric}
        entry = {
            "line": found.line,
            "code": problem.code,
            **metric,
            "detail": problem.detail,
            "text": found.text,
        }
        # Half characters, which JSON can spell and UTF-8 cannot, stay spelled.
        file.write(f"{json.dumps(entry)}\n")

    return write
