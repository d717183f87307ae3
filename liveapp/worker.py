"""Runs the jobs that are due, each in one worker at a time, whatever the number of workers."""

import logging
import threading
import time
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import reduce
from operator import or_

from django.db import close_old_connections
from django.db.models import Q

from liveapp.errors import StorageUnavailable
from liveapp.jobs import KINDS, LANES, Kind
from liveapp.models import Job
from liveapp.store import storage_errors

POLL_S = 1.0
# A worker that dies loses its job to another one after this time.
LEASE_S = 30.0
# A job that failed is tried again after this time, or its own if that is longer.
RETRY_S = 60.0

logger = logging.getLogger(__name__)


class Interrupted(Exception):
    """The worker is stopping, or another one has the job by now: leave the rest for the next run."""


class Worker:
    """Blocks its thread in `run` until another one calls `stop`."""

    def __init__(self, kinds: Sequence[Kind] = KINDS, *, tells_of_database: bool = True) -> None:
        self.holder = uuid.uuid4().hex[:16]
        self._kinds = kinds
        self._stopping = threading.Event()
        self._database_is_away = False
        self._tells_of_database = tells_of_database

    def stop(self) -> None:
        self._stopping.set()

    def run(self) -> None:
        """Look for due jobs once a second. A database that is away is waited for."""
        while not self._stopping.is_set():
            self._run_once()
            self._stopping.wait(POLL_S)

    def _run_once(self) -> None:
        close_old_connections()
        try:
            self.run_due()
            self._note_database(None)
        except StorageUnavailable as error:
            self._note_database(error)
        except Exception:
            logger.exception("The worker stumbled; it goes on.")
        finally:
            close_old_connections()

    def _note_database(self, away: StorageUnavailable | None) -> None:
        """In the log once when it goes, with why, and once when it is back."""
        is_away = away is not None
        if is_away != self._database_is_away and self._tells_of_database:
            why = (
                f"does not answer, jobs wait: {away.__cause__ or away}"[:200]
                if away
                else "is back: jobs go on"
            )
            logger.warning("The database %s.", why.rstrip("."))
        self._database_is_away = is_away

    def run_due(self) -> list[str]:
        """Run what is due and free; the names of the jobs that ran here. Raises StorageUnavailable."""
        with storage_errors():
            waiting = self._waiting()
            return [kind.name for kind in self._kinds if kind.name not in waiting and self._try(kind)]

    def _waiting(self) -> set[str]:
        """The jobs not worth a try now. One that nobody ever tried is not among them."""
        now = datetime.now(UTC)
        ready = [
            Job.ready(kind.name, now=now, lease_s=LEASE_S, wait_s=_longest_wait_s(kind))
            for kind in self._kinds
        ]
        return set(Job.objects.exclude(reduce(or_, ready, Q())).values_list("name", flat=True))

    def _try(self, kind: Kind) -> bool:
        if self._stopping.is_set():
            return False
        Job.objects.get_or_create(name=kind.name)
        now, wait_s = datetime.now(UTC), _longest_wait_s(kind)
        if not Job.claim(kind.name, self.holder, now=now, lease_s=LEASE_S, wait_s=wait_s):
            return False
        every_s, error = self._do(kind)
        Job.release(kind.name, self.holder, now=datetime.now(UTC), every_s=every_s, error=error)
        return True

    def _do(self, kind: Kind) -> tuple[float, str]:
        """Run a claimed job; in how many seconds it is due again, and what went wrong."""
        try:
            with storage_errors():
                done = kind.run(_Hold(kind.name, self.holder, self._stopping))
        except Interrupted:
            return 0, ""
        except StorageUnavailable as error:
            return RETRY_S / 10, str(error.detail)
        except Exception as error:
            # A defect in one job must not keep the others from running.
            logger.exception("The job %s failed; it is tried again.", kind.name)
            return max(kind.every_s, RETRY_S), repr(error)
        if done:
            logger.info("The job %s %s.", kind.name, done)
        return kind.every_s, ""


def _longest_wait_s(kind: Kind) -> float:
    """No job is ever made to wait for longer."""
    return max(kind.every_s, RETRY_S, LEASE_S)


class _Hold:
    """Called between the steps of a job: keeps the lease, and ends a job that is not this worker's any more."""

    def __init__(self, name: str, holder: str, stopping: threading.Event) -> None:
        self._name, self._holder, self._stopping = name, holder, stopping
        self._renew_at_s = time.monotonic() + LEASE_S / 3

    def __call__(self) -> None:
        if self._stopping.is_set():
            raise Interrupted
        if time.monotonic() < self._renew_at_s:
            return
        self._renew_at_s = time.monotonic() + LEASE_S / 3
        if not Job.renew(self._name, self._holder, now=datetime.now(UTC), lease_s=LEASE_S):
            raise Interrupted


class Workers:
    """One for each lane of jobs, each in a thread."""

    def __init__(self) -> None:
        # That the database is away one of them says for all.
        self._workers = [Worker(kinds, tells_of_database=kinds is KINDS) for kinds in LANES.values()]
        # Daemons: a job may always be cut off, and must not hold up the end of the program.
        self._threads = [
            threading.Thread(target=worker.run, name=name, daemon=True)
            for name, worker in zip(LANES, self._workers, strict=True)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Ask them to end; `wait` for it."""
        for worker in self._workers:
            worker.stop()

    def wait(self) -> None:
        for thread in self._threads:
            thread.join()
