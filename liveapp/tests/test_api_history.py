"""The API: a span of readings, as columns."""

from typing import Any

import pytest

from liveapp import spans
from liveapp.clock import now_ms
from liveapp.history import DEFAULT_SPAN_MS
from liveapp.tests.doors import assert_like, database_away, example, make_user, put, send, signed_in

T = 1_763_673_600_000
LAST = 2**42 - 1


@pytest.fixture
def client(database, client):
    """A client with a session; what is asked here needs no event loop."""
    client.force_login(make_user("guest", ()), "django.contrib.auth.backends.ModelBackend")
    return client


def ask(client: Any, **query: Any) -> Any:
    return client.get("/api/devices/kitchen/history/", query)


def test_an_answer_has_the_shape_of_its_example(client, device):
    put(device, [T - 100], temperature=21.5)
    put(device, [T], temperature=21.52, humidity=41.3)
    answer = ask(client, start=T - 300_000, end=T + 1)
    assert answer.status_code == 200
    assert answer.json() == example("rest/history")


def test_a_span_without_readings_is_empty_columns(client, device):
    answer = ask(client, start=T, end=T + 1).json()
    assert_like(answer, example("rest/history"))
    assert (answer["time"], answer["values"], answer["complete"]) == ([], {}, True)


def test_the_start_is_inclusive_and_the_end_exclusive(client, device):
    put(device, range(T - 1, T + 3), temperature=20)
    assert ask(client, start=T, end=T + 2).json()["time"] == [T, T + 1]


def test_the_end_is_now_and_the_start_five_minutes_earlier_unless_said(client, device):
    now = now_ms()
    put(device, [now - DEFAULT_SPAN_MS - 60_000], temperature=1)
    put(device, [now - 60_000, now], temperature=2)
    answer = ask(client).json()
    assert answer["time"] == [now - 60_000, now]
    assert answer["end"] - answer["start"] == DEFAULT_SPAN_MS
    assert answer["end"] > now


def test_an_end_near_1970_has_a_start_that_is_not_before(client, device):
    assert ask(client, end=5).json()["start"] == 0


def test_the_whole_of_time_can_be_asked_for(client, new_device):
    kitchen, _ = new_device("kitchen")
    cellar, _ = new_device("cellar")
    put(kitchen, [0, LAST], temperature=1)
    put(cellar, [0, LAST], temperature=2)
    answer = ask(client, start=0, end=LAST + 1).json()
    assert (answer["time"], answer["values"]) == ([0, LAST], {"temperature": [1, 1]})


def test_only_the_metrics_asked_for_come(client, device):
    put(device, [T], temperature=20, humidity=40, pressure=1000)
    answer = ask(client, start=T, end=T + 1, metrics="temperature, pressure,,nothing").json()
    assert answer["values"] == {"temperature": [20], "pressure": [1000]}


def test_readings_without_the_metrics_asked_for_are_left_out(client, device):
    put(device, [T], temperature=20)
    put(device, [T + 1], humidity=40)
    assert ask(client, start=T, end=T + 9, metrics="humidity").json()["time"] == [T + 1]


def test_an_unknown_metric_gives_empty_columns(client, device):
    put(device, [T], temperature=20)
    answer = ask(client, start=T, end=T + 1, metrics="nothing").json()
    assert (answer["time"], answer["values"]) == ([], {})


def test_of_too_many_readings_the_newest_come_and_that_is_said(client, device, monkeypatch):
    assert spans.MAX_READINGS == 50_000
    monkeypatch.setattr(spans, "MAX_READINGS", 3)
    put(device, range(T, T + 4), temperature=20)
    answer = ask(client, start=T, end=T + 4).json()
    assert (answer["complete"], answer["time"]) == (False, [T + 1, T + 2, T + 3])
    assert ask(client, start=T + 1, end=T + 4).json()["complete"] is True


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"start": T, "end": T}, "start"),
        ({"start": T + 1, "end": T}, "start"),
        ({"end": 0}, "start"),
        ({"start": now_ms() + 10**9}, "start"),
        ({"start": -1}, "start"),
        ({"start": "yesterday"}, "start"),
        ({"start": "1.5"}, "start"),
        ({"start": "9" * 30}, "start"),
        ({"end": "NaN"}, "end"),
        ({"end": LAST + 2}, "end"),
        ({"metrics": "m" * 3001}, "metrics"),
    ],
)
def test_a_span_that_cannot_be_is_refused_by_field(client, device, query, field):
    answer = ask(client, **query)
    assert (answer.status_code, answer.json()["code"], list(answer.json()["fields"])) == (
        400,
        "invalid",
        [field],
    )


def test_an_unknown_device_is_not_found(client):
    answer = client.get("/api/devices/kitchn/history/")
    assert (answer.status_code, answer.json()) == (404, example("rest/error"))


async def test_while_the_database_is_away_that_is_said(process, device):
    maker = await signed_in()
    with database_away():
        answer = await send(maker, "GET", "/api/devices/kitchen/history/")
    assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")


def test_points_of_a_long_span_come_with_their_extremes_and_counts(client, device):
    put(device, range(T, T + 600_000, 1000), temperature=20)
    put(device, [T + 500], temperature=26.1)
    answer = ask(client, start=T, end=T + 3 * 3_600_000, points=200).json()
    assert {key: value for key, value in answer.items() if not isinstance(value, list | dict)} == {
        "device": "kitchen",
        "resolution": "minute",
        "step_ms": 60_000,
        "start": T,
        "end": T + 3 * 3_600_000,
        "complete": True,
    }
    assert answer["time"] == [T + n * 60_000 for n in range(10)]
    first = {part: answer[part]["temperature"][0] for part in ("values", "min", "max", "count")}
    assert first == {"values": pytest.approx(20.1), "min": 20, "max": 26.1, "count": 61}


@pytest.mark.parametrize("points", [0, -1, 2001, "many"])
def test_a_number_of_points_that_cannot_be_is_refused(client, device, points):
    answer = ask(client, start=T, end=T + 1, points=points)
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["points"])


def test_several_devices_come_in_one_answer_in_their_order(client, new_device):
    for index, name in enumerate(("kitchen", "cellar", "attic")):
        put(new_device(name)[0], [T], temperature=index)
    answer = client.get("/api/history/", {"devices": "cellar, kitchen,cellar", "start": T, "end": T + 1})
    series = answer.json()["series"]
    assert [(one["device"], one["values"]["temperature"]) for one in series] == [
        ("cellar", [1]),
        ("kitchen", [0]),
    ]
    assert series[0] == client.get("/api/devices/cellar/history/", {"start": T, "end": T + 1}).json()


@pytest.mark.parametrize("devices", ["", ",", ",".join(f"d{n}" for n in range(51)), None])
def test_no_device_or_too_many_are_refused(client, devices):
    answer = client.get("/api/history/", {} if devices is None else {"devices": devices})
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["devices"])


def test_one_unknown_device_among_several_is_named(client, device):
    answer = client.get("/api/history/", {"devices": "kitchen,kitchn"})
    assert (answer.status_code, answer.json()) == (404, example("rest/error"))


@pytest.mark.parametrize(
    "address", ["/api/history/", "/api/devices/x/history/", "/api/devices/x/statistics/"]
)
def test_nobody_reads_history_without_signing_in(database, address):
    from django.test import Client

    assert Client().get(address).status_code in (401, 403)


def test_points_have_the_shape_of_their_example(client, device):
    put(device, range(T, T + 180_000, 1000), temperature=21.5)
    put(device, [T + 500], temperature=26)
    answer = ask(client, start=T + 30_000, end=T + 2 * 3_600_000, points=150)
    assert answer.json() == example("rest/history-points")
