import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import OperationalError
from pymongo.errors import AutoReconnect

from liveapp import jobs
from liveapp import worker as workers
from liveapp.errors import StorageUnavailable
from liveapp.jobs import Kind
from liveapp.models import Job
from liveapp.worker import Worker
from tests.processes import eventually

pytestmark = pytest.mark.usefixtures("database")


def noted(runs, name="tidy", every_s=60.0):
    """A kind of job that writes down each of its runs."""

    def run(hold):
        hold()
        runs.append(name)
        return "was run"

    return Kind(name, every_s, run)


def failing(error, every_s=60.0):
    def run(hold):
        raise error

    return Kind("failing", every_s, run)


def due_in_s(name):
    return (Job.objects.get(name=name).due_at - datetime.now(UTC)).total_seconds()


def pass_time(**span):
    """As if that much time had passed since all jobs were last touched."""
    for job in Job.objects.all():
        job.due_at -= timedelta(**span)
        job.held_until -= timedelta(**span) if job.held_until.year > 1970 else timedelta(0)
        job.save()


def test_a_job_never_run_is_due_at_once_and_then_after_its_time():
    runs: list[str] = []
    worker = Worker([noted(runs, every_s=60)])
    assert worker.run_due() == ["tidy"]
    assert worker.run_due() == []
    assert 55 < due_in_s("tidy") <= 60
    pass_time(seconds=61)
    worker.run_due()
    assert runs == ["tidy", "tidy"]


def set_clock_back(**span):
    """As if this machine's clock had been ahead by that much until now."""
    for job in Job.objects.all():
        job.due_at += timedelta(**span)
        job.held_until += timedelta(**span) if job.held_until.year > 1970 else timedelta(0)
        job.save()


@pytest.mark.parametrize("every_s", [60.0, 24 * 3600.0])
def test_a_job_done_by_a_clock_that_was_far_ahead_is_due_at_once_and_then_after_its_time(every_s):
    worker = Worker([noted([], every_s=every_s)])
    worker.run_due()
    set_clock_back(days=200)
    assert worker.run_due() == ["tidy"]
    assert worker.run_due() == []
    assert every_s - 5 < due_in_s("tidy") <= every_s


def test_a_job_in_the_hand_of_a_worker_that_died_before_the_clock_was_set_back_is_free():
    Job.objects.create(name="tidy")
    assert Job.claim("tidy", "one that died", now=datetime.now(UTC), lease_s=30, wait_s=60)
    set_clock_back(hours=3)
    assert Worker([noted([])]).run_due() == ["tidy"]
    assert Worker([noted([])]).run_due() == []


def test_of_many_workers_after_the_clock_was_set_back_one_gets_the_job():
    now = datetime.now(UTC)
    Job.objects.create(name="tidy", due_at=now + timedelta(hours=3), held_until=now + timedelta(hours=3))
    hands = [Job.claim("tidy", holder, now=now, lease_s=30, wait_s=60) for holder in ("one", "two")]
    assert hands == [True, False]


def test_a_job_that_failed_waits_for_its_next_try_however_short_its_time_is():
    worker = Worker([failing(ValueError("oh"), every_s=1)])
    worker.run_due()
    assert worker.run_due() == []


def test_a_worker_on_a_machine_whose_clock_is_a_little_behind_leaves_the_others_jobs_alone():
    now = datetime.now(UTC)
    ahead = now + timedelta(seconds=workers.LEASE_S - 5)
    Job.objects.create(name="tidy")
    assert Job.claim("tidy", "another", now=ahead, lease_s=workers.LEASE_S, wait_s=60)
    assert Worker([noted([])]).run_due() == []
    Job.release("tidy", "another", now=ahead, every_s=60)
    assert Worker([noted([])]).run_due() == []


def test_of_many_workers_at_once_one_runs_the_job():
    runs: list[str] = []
    begin = threading.Barrier(6)

    def work():
        begin.wait()
        try:
            Worker([noted(runs)]).run_due()
        finally:
            from django.db import connections

            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert runs == ["tidy"]


def test_a_job_in_another_workers_hand_is_left_alone_until_its_lease_runs_out():
    runs: list[str] = []
    Job.objects.create(name="tidy")
    assert Job.claim("tidy", "one that dies", now=datetime.now(UTC), lease_s=30, wait_s=60)
    assert Worker([noted(runs)]).run_due() == []
    pass_time(seconds=31)
    assert Worker([noted(runs)]).run_due() == ["tidy"]


def test_a_job_hurried_while_it_runs_runs_once_more():
    runs: list[str] = []

    def run(hold):
        if not runs:
            Job.hurry("tidy")
        runs.append("tidy")
        return ""

    worker = Worker([Kind("tidy", 60, run)])
    worker.run_due()
    assert worker.run_due() == ["tidy"]
    assert worker.run_due() == []


def test_a_hurried_job_that_no_worker_has_met_yet_is_due():
    Job.hurry("tidy")
    assert Worker([noted([])]).run_due() == ["tidy"]


def test_a_long_job_keeps_its_lease_and_is_not_run_again_at_once(monkeypatch):
    monkeypatch.setattr(workers, "LEASE_S", 0.3)
    others: list[str] = []

    def run(hold):
        begun = datetime.now(UTC)
        while datetime.now(UTC) - begun < timedelta(seconds=1):
            hold()
            others.extend(Worker([noted([])]).run_due())
        return ""

    worker = Worker([Kind("tidy", 60, run)])
    assert worker.run_due() == ["tidy"]
    assert others == []
    assert due_in_s("tidy") > 50


def test_a_worker_whose_lease_was_lost_stops_and_leaves_the_job_to_its_new_holder(monkeypatch):
    monkeypatch.setattr(workers, "LEASE_S", 0)
    steps: list[str] = []

    def run(hold):
        Job.objects.filter(name="tidy").update(holder="another")
        hold()
        steps.append("too far")
        return ""

    Worker([Kind("tidy", 60, run)]).run_due()
    assert steps == []
    assert Job.objects.get(name="tidy").holder == "another"


def test_a_failing_job_is_logged_noted_and_does_not_keep_the_others_from_running(caplog):
    runs: list[str] = []
    assert Worker([failing(ValueError("oh")), noted(runs)]).run_due() == ["failing", "tidy"]
    assert "ValueError('oh')" in Job.objects.get(name="failing").last_error
    assert "The job failing failed" in caplog.text
    assert runs == ["tidy"]
    assert due_in_s("failing") > 50


def test_a_job_that_met_a_database_away_is_tried_again_soon():
    Worker([failing(StorageUnavailable("The database did not answer."), every_s=3600)]).run_due()
    assert due_in_s("failing") < 10


@pytest.mark.parametrize("error", [OperationalError("database is locked"), AutoReconnect("gone")])
def test_a_database_that_goes_away_in_the_middle_of_a_job_is_no_defect_of_it(error, caplog):
    Worker([failing(error, every_s=24 * 3600)]).run_due()
    assert due_in_s("failing") < 10
    assert caplog.records == []


def test_expired_sessions_that_met_a_database_away_are_cleared_soon(monkeypatch, caplog):
    def away():
        raise OperationalError("database is locked")

    monkeypatch.setattr(SessionStore, "clear_expired", away)
    assert "sessions" in Worker().run_due()
    assert due_in_s("sessions") < 10
    assert caplog.records == []


def test_why_the_database_is_away_is_said_once_and_once_that_it_is_back(monkeypatch, caplog):
    worker = Worker([])

    def away(_):
        raise OperationalError("no such table: liveapp_job")

    with monkeypatch.context() as patch:
        patch.setattr(Worker, "_waiting", away)
        worker._run_once()
        worker._run_once()
    worker._note_database(None)
    said = [record.getMessage() for record in caplog.records]
    assert said == [
        "The database does not answer, jobs wait: no such table: liveapp_job.",
        "The database is back: jobs go on.",
    ]


def test_a_stopped_worker_gives_its_job_back_at_once():
    worker = Worker()

    def run(hold):
        worker.stop()
        hold()
        raise AssertionError("hold did not interrupt")

    worker._kinds = [Kind("tidy", 60, run)]
    worker.run_due()
    assert Job.objects.get(name="tidy").holder == ""
    assert Worker([noted([])]).run_due() == ["tidy"]


def test_a_running_worker_ends_when_it_is_told_to():
    runs: list[str] = []
    worker = Worker([noted(runs)])
    thread = threading.Thread(target=worker.run)
    thread.start()
    eventually(lambda: runs)
    worker.stop()
    thread.join(timeout=10)
    assert not thread.is_alive()


def test_expired_sessions_are_cleared():
    Session.objects.create(
        session_key="old", session_data="", expire_date=datetime.now(UTC) - timedelta(days=1)
    )
    Session.objects.create(
        session_key="new", session_data="", expire_date=datetime.now(UTC) + timedelta(days=1)
    )
    Worker().run_due()
    assert [session.session_key for session in Session.objects.all()] == ["new"]


def test_every_kind_has_a_name_of_its_own():
    kinds = [kind for lane in jobs.LANES.values() for kind in lane]
    assert len({kind.name for kind in kinds}) == len(kinds)
