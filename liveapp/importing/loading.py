"""Batch by batch: validate, register what is new, and hand over what is to be stored. As `ingest` does for boards."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import NamedTuple

from liveapp.clock import now_ms
from liveapp.errors import TooCrowded, UnknownDevice
from liveapp.importing.found import Findings, Found, Problem, Unreadable
from liveapp.importing.report import Report
from liveapp.models import Device
from liveapp.models.metric import all_descriptions
from liveapp.models.reading import key_of
from liveapp.registration import register
from liveapp.store import Kind, Outcome, Row, storage_errors
from liveapp.validation import Validation, ValidReading

# Bounds a commit, so that those of boards need not wait for long.
ROWS = 1_000


class Batch(NamedTuple):
    """Rows to be stored, and where in the file they come from."""

    rows: list[Row]
    findings: list[Found]
    accepted: list[ValidReading]


class Loading:
    """A file's way into a device: `take` a batch, store its rows, `settle` what became of them, until there is none.

    Cut off anywhere and begun anew, it ends with the same readings stored. What is older than `kept_since_ms` is
    stored too, but counted: it will not stay.
    """

    def __init__(
        self, device: Device, findings: Findings, *, kept_since_ms: int = 0, is_dry: bool = False
    ) -> None:
        self.report = Report()
        # The last in time of all that was stored or there, as dashboards show it.
        self.newest: Row | None = None
        self._device = device
        self._findings = findings
        self._kept_since_ms = kept_since_ms
        self._is_dry = is_dry
        self._known = frozenset(device.metrics)
        with storage_errors():
            self._descriptions = all_descriptions()

    def take(self) -> Batch | None:
        """The next batch; it may be without rows. Blocks. Raises UnknownDevice, StorageUnavailable."""
        findings = self._next()
        if not findings:
            return None
        self._check_device()
        self.report.read += len(findings)
        validation = self._validated(findings)
        for rejected in validation.rejected:
            problem = Problem(rejected.code, rejected.detail, rejected.metric)
            self.report.refuse(findings[rejected.index], problem)
        old = (one for one in validation.accepted if one.time_ms < self._kept_since_ms)
        self.report.older_than_kept += sum(1 for _ in old)
        accepted = [] if self._is_dry else validation.accepted
        rows = [Row(key_of(self._device.number, one.time_ms), one.values) for one in accepted]
        return Batch(rows, findings, accepted)

    def settle(self, batch: Batch, outcomes: Iterable[Outcome]) -> None:
        """What the store made of the batch's rows."""
        for row, reading, outcome in zip(batch.rows, batch.accepted, outcomes, strict=True):
            if outcome.kind is Kind.CROWDED:
                problem = Problem(TooCrowded.code, TooCrowded.detail)
                self.report.refuse(batch.findings[reading.index], problem)
                continue
            self.report.stored += outcome.kind is Kind.STORED
            self.report.duplicates += outcome.kind is Kind.DUPLICATE
            if self.newest is None or outcome.key > self.newest.key:
                self.newest = Row(outcome.key, row.values)

    def _next(self) -> list[Found]:
        findings: list[Found] = []
        try:
            findings.extend(islice(self._findings, ROWS))
        except Unreadable as error:
            self.report.broken = error.detail
        return findings

    def _check_device(self) -> None:
        with storage_errors():
            if not Device.objects.filter(pk=self._device.pk, number=self._device.number).exists():
                raise UnknownDevice(f"The device {self._device.pk} was deleted meanwhile.")

    def _validated(self, findings: Sequence[Found]) -> Validation:
        validation = Validation(
            now_ms=now_ms(), known=self._known, descriptions=self._descriptions, guesses_units=False
        )
        for index, found in enumerate(findings):
            for problem in found.problems:
                self.report.refuse(found, problem)
            # What has nothing left but its time has been refused by then.
            if found.reading is not None and not (found.problems and len(found.reading) == 1):
                validation.add(index, found.reading)
        if validation.new_names:
            self._register(validation)
        return validation

    def _register(self, validation: Validation) -> None:
        names = validation.new_names
        now_known = self._known | names if self._is_dry else self._registered(names)
        validation.drop_all_but(now_known)
        self.report.metrics += sorted(names & (now_known - self._known))
        self._known = now_known

    def _registered(self, names: Iterable[str]) -> frozenset[str]:
        return register(self._device.id, self._device.number, names)
