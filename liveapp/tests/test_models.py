import json
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connections
from django.test.utils import CaptureQueriesContext

from liveapp import tokens
from liveapp.metrics import DECLARED
from liveapp.models import Device, Event, Metric, Sequence
from liveapp.models.device import MAX_NUMBER, from_ms, to_ms
from liveapp.models.metric import all_descriptions
from liveapp.models.reading import TIME_MASK, key_of, time_of

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "protocol" / "examples" / "rest"
pytestmark = pytest.mark.usefixtures("database")


def in_threads(count, work):
    """What `work` returned in each of `count` threads that began together."""
    results, barrier = [], threading.Barrier(count)

    def run():
        barrier.wait(20)
        try:
            results.append(work())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


# Device


def test_created_device_has_a_token_that_matches(new_device):
    device, token = new_device("kitchen")
    assert tokens.matches(token, Device.objects.get(id="kitchen").token_hash)
    assert tokens.claimed_id_of(token) == device.id


def test_devices_are_numbered_from_one(new_device):
    assert [new_device(id)[0].number for id in ("a", "b", "c")] == [1, 2, 3]


def test_number_of_a_deleted_device_is_never_used_again(new_device):
    new_device("a")[0].delete()
    assert new_device("a")[0].number == 2


def test_id_is_taken_once(new_device):
    new_device("kitchen")
    with pytest.raises(IntegrityError):
        new_device("kitchen", name="Another")
    assert Device.objects.get().name == "Kitchen"


def test_saved_again_a_device_keeps_number_and_token(new_device):
    device, token = new_device("kitchen")
    device.name = "Kitchen, north"
    device.save()
    again = Device.objects.get()
    assert (again.number, tokens.matches(token, again.token_hash)) == (1, True)


def test_device_made_by_hand_gets_number_and_token():
    device = Device(id="kitchen", name="Kitchen")
    device.save()
    assert (device.number, len(device.token_hash)) == (1, 64)


def test_rotated_token_takes_the_place_of_the_old(new_device):
    device, old = new_device("kitchen")
    new = device.rotate_token()
    stored = Device.objects.get().token_hash
    assert (tokens.matches(old, stored), tokens.matches(new, stored)) == (False, True)


def test_every_number_leaves_room_for_the_end_of_its_range():
    assert key_of(MAX_NUMBER + 1, 0) < 2**63


def test_numbers_end_loudly(new_device):
    Sequence.objects.create(name="device", last=MAX_NUMBER)
    with pytest.raises(OverflowError, match=f"All {MAX_NUMBER} device numbers"):
        new_device("kitchen")


@pytest.mark.parametrize("id", ["a", "7", "kitchen-1", "a_b", "x" * 64])
def test_plain_id_is_valid(id):
    Device(id=id, name="x", token_hash="x").full_clean(exclude=["number"])


@pytest.mark.parametrize("id", ["", "A", "-a", "a-", "a.b", "a b", "a/b", "ä", "a\n", "x" * 65])
def test_id_that_an_address_could_misread_is_invalid(id):
    with pytest.raises(ValidationError) as refused:
        Device(id=id, name="x", token_hash="x").full_clean(exclude=["number"])
    assert list(refused.value.message_dict) == ["id"]


@pytest.mark.parametrize("interval_ms", [19, 24 * 3_600_000 + 1])
def test_interval_outside_its_range_is_invalid(interval_ms):
    with pytest.raises(ValidationError) as refused:
        Device(id="a", name="x", token_hash="x", interval_ms=interval_ms).full_clean(exclude=["number"])
    assert list(refused.value.message_dict) == ["interval_ms"]


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("Küche 1", "kuche-1"),
        ("  Green_house  ", "green-house"),
        ("🌡", "device"),
        ("", "device"),
        ("x" * 100, "x" * 56),
    ],
)
def test_id_is_made_from_the_name(name, id):
    assert Device.free_id(name) == id


def test_taken_id_gets_a_number_behind_it(new_device):
    for id in ("kitchen", "kitchen-2", "kitchen-sink"):
        new_device(id)
    assert Device.free_id("Kitchen") == "kitchen-3"


def test_every_made_id_is_valid(new_device):
    new_device("x" * 56)
    for name in ("x" * 100, "-", "_a_", "x" * 55 + " y"):
        Device(id=Device.free_id(name), name="x", token_hash="x").full_clean(exclude=["number"])


def test_new_device_is_described_as_documented(new_device):
    device, _ = new_device("kitchen")
    documented = json.loads((EXAMPLES / "device-created.json").read_text())
    described = device.describe()
    assert described == {
        **{name: documented[name] for name in described},
        "created": to_ms(device.created_at),
    }


def test_milliseconds_survive_the_database(new_device):
    moment = from_ms(1763673600123)
    new_device("kitchen", last_seen_at=moment)
    assert to_ms(Device.objects.get().last_seen_at) == 1763673600123


def test_no_moment_is_no_milliseconds():
    assert to_ms(None) is None
    assert from_ms(0) == datetime(1970, 1, 1, tzinfo=UTC)


# Sequence


def test_sequences_count_apart():
    assert [Sequence.take("a"), Sequence.take("a"), Sequence.take("b")] == [1, 2, 1]


def test_no_number_is_handed_out_twice():
    taken = in_threads(4, lambda: [Sequence.take("device") for _ in range(10)])
    assert sorted(number for numbers in taken for number in numbers) == list(range(1, 41))


def test_metrics_that_come_at_once_from_two_processes_both_stay(new_device):
    new_device("kitchen")
    one, other = (Device.objects.get(id="kitchen") for _ in range(2))
    assert one.add_metrics(["rain"])
    assert not other.add_metrics(["wind"])
    other.refresh_from_db()
    assert other.add_metrics(["wind"])
    assert Device.objects.get(id="kitchen").metrics == ["rain", "wind"]


# Event


def record(device, **changed):
    fields = {"time_ms": 5, "event": "joystick", "direction": "up", "action": "pressed", **changed}
    return Event.record(device.number, device_id=device.id, **fields)


def test_event_sent_twice_is_stored_once(device):
    assert [record(device), record(device)] == [True, False]
    assert Event.objects.count() == 1


@pytest.mark.skipif(settings.MONGODB, reason="MongoDB writes both into its journal")
def test_event_is_written_as_durably_as_a_reading(device):
    with connections["ingest"].cursor() as cursor:
        assert cursor.execute("PRAGMA synchronous").fetchone() == (2,)
    with CaptureQueriesContext(connections["ingest"]) as written:
        record(device)
    assert any("INSERT" in query["sql"] for query in written)


@pytest.mark.parametrize(
    "changed", [{"time_ms": 6}, {"event": "button"}, {"direction": "down"}, {"action": "held"}]
)
def test_event_that_differs_in_one_thing_is_another(device, changed):
    record(device)
    assert record(device, **changed)


def test_same_event_of_another_device_is_another(new_device):
    assert [record(new_device(id)[0]) for id in ("a", "b")] == [True, True]


def test_words_cannot_slide_from_one_field_of_an_event_to_the_next(device):
    record(device, direction="up", action="")
    assert record(device, direction="", action="up")


def test_event_that_comes_on_two_ways_at_once_is_stored_once(device):
    assert sorted(in_threads(4, lambda: record(device))) == [False, False, False, True]


def test_event_is_shown_by_its_words():
    assert str(Event(event="rain", direction="", action="")) == "rain"


# Metric


def test_declared_metrics_are_known_without_a_database_row():
    assert all_descriptions() == DECLARED


def test_stored_description_takes_the_place_of_the_declared():
    Metric.objects.create(name="temperature", label="Warmth", unit="°C", maximum=50)
    assert all_descriptions()["temperature"].label == "Warmth"
    assert all_descriptions()["temperature"].maximum == 50


def test_metric_seen_for_the_first_time_is_described_as_documented():
    metric = Metric.objects.create(name="co2", label="co2")
    assert metric.describe() == json.loads((EXAMPLES / "metrics.json").read_text())[1]


# Reading


@pytest.mark.parametrize("time", [0, 1763673600000, TIME_MASK])
@pytest.mark.parametrize("number", [0, 1, MAX_NUMBER])
def test_key_holds_device_and_time(number, time):
    key = key_of(number, time)
    assert (key >> 42, time_of(key)) == (number, time)
    assert key < 2**63
