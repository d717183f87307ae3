import asyncio
import json
import threading

import pytest
from asgiref.testing import ApplicationCommunicator

from learndj.health import HealthEndpoints
from liveapp import health
from liveapp import process as processes
from liveapp.errors import StorageUnavailable


@pytest.fixture
async def process(database):
    current = processes.current()
    await current.catch_up.loaded.wait()
    yield current
    await processes.close()


async def nothing_else(scope, receive, send):
    """Answers what was passed on to it."""
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": json.dumps({"passed_on": scope["path"]}).encode()})


async def ask(path, *, method="GET", app=None):
    """Status, headers and JSON body."""
    scope = {"type": "http", "method": method, "path": path, "headers": [(b"host", b"10.0.0.5:8000")]}
    client = ApplicationCommunicator(app or HealthEndpoints(nothing_else), scope)
    await client.send_input({"type": "http.request"})
    start = await client.receive_output(5)
    body = await client.receive_output(5)
    return start["status"], dict(start["headers"]), json.loads(body["body"])


async def test_a_process_that_runs_is_well(process):
    status, headers, body = await ask("/healthz")
    assert (status, body) == (200, {"process": "ok"})
    assert headers[b"cache-control"] == b"no-store"


async def test_it_is_ready_when_it_knows_the_database(process):
    status, _, body = await ask("/readyz")
    assert (status, body) == (200, {"process": "ok", "database": "ok", "layer": "ok"})


async def test_it_is_not_ready_before_it_knows_the_database(process):
    process.catch_up.loaded.clear()
    status, _, body = await ask("/readyz")
    assert (status, body["process"]) == (503, "starting: it waits for the database")


def away():
    raise StorageUnavailable("The database did not answer.")


async def test_a_database_that_goes_later_is_named_and_takes_no_server_out(process, monkeypatch):
    monkeypatch.setattr(health, "_ask_database", away)
    status, _, body = await ask("/readyz")
    assert (status, body["database"]) == (200, "away: boards keep their readings")
    assert (await ask("/healthz"))[0] == 200


async def test_a_database_that_is_back_is_named_well_again(process, monkeypatch):
    answers = iter([away, lambda: None])
    monkeypatch.setattr(health, "FRESH_S", 0)
    monkeypatch.setattr(health, "_ask_database", lambda: next(answers)())
    app = HealthEndpoints(nothing_else)
    assert (await ask("/readyz", app=app))[2]["database"] != "ok"
    assert (await ask("/readyz", app=app))[2]["database"] == "ok"


async def test_a_defect_in_the_question_is_not_taken_for_an_answer(process, monkeypatch):
    def broken():
        raise ZeroDivisionError

    monkeypatch.setattr(health, "_ask_database", broken)
    with pytest.raises(ZeroDivisionError):
        await health.Check(process).look()


async def test_a_database_that_hangs_is_named_for_those_who_ask_and_is_asked_once(process, monkeypatch):
    asked: list[int] = []
    answer = threading.Event()

    def hang():
        asked.append(1)
        answer.wait(10)

    monkeypatch.setattr(health, "_ask_database", hang)
    monkeypatch.setattr(health, "PATIENCE_S", 0.05)
    app = HealthEndpoints(nothing_else)
    answers = await asyncio.gather(*(ask("/readyz", app=app) for _ in range(20)))
    databases = {body["database"] for _, _, body in answers}
    assert databases == {"no answer within 0.05 s: boards keep their readings"}
    assert len(asked) == 1
    answer.set()


async def test_who_asks_often_gets_the_last_answer_and_the_database_is_left_alone(process, monkeypatch):
    asked: list[int] = []
    monkeypatch.setattr(health, "_ask_database", lambda: asked.append(1))
    app = HealthEndpoints(nothing_else)
    for _ in range(50):
        assert (await ask("/readyz", app=app))[0] == 200
    assert len(asked) == 1


async def test_an_interrupted_layer_is_named_and_does_not_send_boards_away(process):
    await process.hub.close()
    process.hub.reception.interrupted_since_ms = 5
    status, _, body = await ask("/readyz")
    assert status == 200
    assert "interrupted" in body["layer"]


async def test_a_process_that_is_going_away_is_not_ready_to_its_very_end(process):
    app = HealthEndpoints(nothing_else)
    app.watch(process)
    await processes.close()
    status, _, body = await ask("/readyz", app=app)
    assert (status, body["process"]) == (503, "going away")
    assert processes._current is None


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
async def test_what_is_no_question_is_refused(process, path):
    status, headers, _ = await ask(path, method="POST")
    assert (status, headers[b"allow"]) == (405, b"GET, HEAD")


async def test_all_other_addresses_are_passed_on():
    assert await ask("/readyz/x") == (404, {}, {"passed_on": "/readyz/x"})
