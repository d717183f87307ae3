"""The API: how long everything is kept, and what is due to be deleted."""

import pytest

from liveapp.levels import MINUTE_MS, Level
from liveapp.models import Retention
from liveapp.retention import plan
from liveapp.tests.doors import assert_like, example, make_user, put, stored
from liveapp.tests.kept import noon, purge_all, roll_up, rows_of

BACKEND = "django.contrib.auth.backends.ModelBackend"
ALL = "/api/retention/"
KITCHEN = "/api/devices/kitchen/retention/"
DEFAULT = {"raw_days": 30, "minute_days": 365, "hour_days": 3650}


@pytest.fixture
def client(database, client):
    """Of somebody who may change how long things are kept, and nothing else."""
    client.force_login(make_user("keeper", ("change_retention",)), BACKEND)
    return client


def patch(client, address, **changes):
    return client.patch(address, changes, "application/json")


def test_the_installation_keeps_the_defaults(client, device):
    assert client.get(ALL).json() == {**DEFAULT, "devices": []}


def test_the_installation_is_changed_and_told_with_the_devices_that_differ(client, new_device):
    for name in ("kitchen", "cellar"):
        new_device(name)
    patch(client, KITCHEN, raw_days=7)
    answer = patch(client, ALL, raw_days=30, hour_days=0)
    assert answer.status_code == 200
    assert answer.json() == {**example("rest/retention"), "hour_days": 0}
    assert patch(client, ALL, hour_days=None).json() == example("rest/retention") == client.get(ALL).json()


def test_a_device_has_its_own_and_what_follows_from_them(client, device):
    patch(client, ALL, hour_days=0)
    answer = patch(client, KITCHEN, raw_days=7).json()
    assert_like(answer, example("rest/device-retention"))
    assert {name: answer[name] for name in DEFAULT} == {"raw_days": 7, "minute_days": None, "hour_days": None}
    assert answer["kept"] == {"raw_days": 7, "minute_days": 365, "hour_days": 0}
    assert answer == client.get(KITCHEN).json()


def test_a_device_goes_back_to_what_the_installation_has(client, device):
    patch(client, KITCHEN, raw_days=7)
    assert patch(client, KITCHEN, raw_days=None).json()["kept"] == DEFAULT
    assert client.get(ALL).json()["devices"] == []


def test_what_is_due_is_told_and_then_gone(client, device):
    put(device, [noon(400), noon(400) + MINUTE_MS, noon(3)], temperature=1.0)
    roll_up()
    due = client.get(KITCHEN).json()["due"]
    assert [(one["level"], one["rows"], one["more"]) for one in due] == [
        ("raw", 2, False),
        ("minute", 2, False),
        ("quarter", 1, False),
        ("hour", 0, False),
    ]
    purge_all()
    later = client.get(KITCHEN).json()["due"]
    assert [one["rows"] for one in later] == [0, 0, 0, 0]
    assert [one["deleted_until"] for one in later] == [*(one["until"] for one in due[:3]), None]


def test_what_is_kept_for_ever_is_never_due(client, device):
    put(device, [noon(20_000)], temperature=1.0)
    due = patch(client, KITCHEN, raw_days=0, minute_days=0, hour_days=0).json()["due"]
    assert {(one["days"], one["until"], one["rows"]) for one in due} == {(0, None, 0)}


@pytest.mark.usefixtures("as_if_newer_ones_were_there")
def test_more_than_can_be_counted_soon_are_more(client, device, monkeypatch):
    monkeypatch.setattr(plan, "MOST_COUNTED", 3)
    put(device, [noon(40) + n for n in range(4)], temperature=1.0)
    raw = client.get(KITCHEN).json()["due"][0]
    assert (raw["rows"], raw["more"]) == (3, True)


def test_a_change_can_be_looked_at_before_and_changes_nothing(client, device):
    put(device, [noon(8), noon(8) + MINUTE_MS, noon(3)], temperature=1.0)
    roll_up()
    before = rows_of(device)
    answer = client.get(KITCHEN, {"raw_days": 7}).json()
    assert (answer["raw_days"], answer["kept"]["raw_days"], answer["due"][0]["rows"]) == (7, 7, 2)
    assert not Retention.objects.exists()
    purge_all()
    assert rows_of(device) == before


def test_going_back_can_be_looked_at_too(client, device):
    patch(client, KITCHEN, raw_days=7)
    assert client.get(KITCHEN, {"raw_days": ""}).json()["kept"] == DEFAULT


@pytest.mark.parametrize("value", [-1, 36_501, 1.5, "a month", True, [], 10**30])
@pytest.mark.parametrize("address", [ALL, KITCHEN])
def test_a_time_that_cannot_be_is_refused(client, device, address, value):
    answer = patch(client, address, minute_days=value)
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["minute_days"])
    assert not Retention.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"raw_days": 366}, "raw_days", "366 days is longer than minutes are kept (365 days)."),
        ({"raw_days": 0}, "raw_days", "for ever is longer than minutes are kept (365 days)."),
        ({"minute_days": 29}, "minute_days", "29 days is shorter than readings are kept (30 days)."),
        ({"minute_days": 0}, "minute_days", "for ever is longer than hours are kept (3,650 days)."),
        ({"hour_days": 1}, "hour_days", "1 day is shorter than minutes are kept (365 days)."),
        (
            {"raw_days": 9, "minute_days": 8},
            "minute_days",
            "8 days is shorter than readings are kept (9 days).",
        ),
    ],
)
@pytest.mark.parametrize("address", [ALL, KITCHEN])
def test_nothing_is_kept_for_longer_than_what_is_made_from_it(
    client, device, address, changes, field, sentence
):
    answer = patch(client, address, **changes)
    assert answer.status_code == 400
    (told,) = answer.json()["fields"][field]
    assert told.startswith(sentence)
    assert not Retention.objects.exists()


def test_a_look_at_what_cannot_be_is_refused_as_the_change_is(client, device):
    answer = client.get(KITCHEN, {"raw_days": "366"})
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["raw_days"])


def test_all_for_ever_is_fine(client, device):
    answer = patch(client, ALL, raw_days=0, minute_days=0, hour_days=0)
    assert answer.status_code == 200


def test_a_change_of_the_installation_that_a_device_cannot_follow_names_it(client, device):
    patch(client, KITCHEN, raw_days=300)
    answer = patch(client, ALL, minute_days=200)
    (told,) = answer.json()["fields"]["minute_days"]
    assert told.startswith("200 days is shorter than readings are kept (300 days).")
    assert '"kitchen"' in told
    assert client.get(ALL).json()["minute_days"] == 365


@pytest.mark.parametrize("body", ["[]", "7", '"raw"', "{"])
def test_what_is_no_object_is_refused(client, device, body):
    assert client.patch(KITCHEN, body, "application/json").status_code == 400


@pytest.mark.parametrize("address", [ALL, KITCHEN])
def test_all_who_are_signed_in_may_look_and_only_who_may_change(client, device, address):
    client.force_login(make_user("guest", ()), BACKEND)
    assert client.get(address).status_code == 200
    answer = patch(client, address, raw_days=7)
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")
    client.logout()
    assert [client.get(address).status_code, patch(client, address).status_code] == [403, 403]


def test_an_unknown_device_is_not_found(client):
    for answer in (
        client.get("/api/devices/kitchn/retention/"),
        patch(client, "/api/devices/kitchn/retention/"),
    ):
        assert (answer.status_code, answer.json()) == (404, example("rest/error"))


def test_levels_of_the_answer_are_all_but_days(client, device):
    levels = [one["level"] for one in client.get(KITCHEN).json()["due"]]
    assert levels == [level.label for level in Level if level is not Level.DAY]
    assert stored(device) == {}
