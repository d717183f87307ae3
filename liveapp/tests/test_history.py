import pytest

from liveapp import history
from liveapp.errors import InvalidMessage
from liveapp.history import raw_history
from liveapp.models.device import MAX_NUMBER
from liveapp.models.reading import TIME_MASK, key_of
from liveapp.store import Row, store

pytestmark = pytest.mark.usefixtures("database")


def keep(number, *readings):
    store().commit([Row(key_of(number, time), values) for time, values in readings])


def times(number=7, *, start_ms=0, end_ms=TIME_MASK + 1, metrics=None):
    return raw_history("kitchen", number, start_ms=start_ms, end_ms=end_ms, metrics=metrics)["time"]


def test_span_is_answered_in_columns():
    keep(7, (5, {"a": 1.0}), (6, {"b": 2.0}))
    assert raw_history("kitchen", 7, start_ms=5, end_ms=7) == {
        "device": "kitchen",
        "resolution": "raw",
        "start": 5,
        "end": 7,
        "complete": True,
        "time": [5, 6],
        "values": {"a": [1.0, None], "b": [None, 2.0]},
    }


def test_start_belongs_to_the_span_and_end_does_not():
    keep(7, *((time, {"a": 1.0}) for time in (4, 5, 6, 7)))
    assert times(start_ms=5, end_ms=7) == [5, 6]


def test_neighbouring_devices_are_not_in_it():
    for number in (6, 7, 8):
        keep(number, (0, {"a": 1.0}), (TIME_MASK, {"a": 2.0}))
    assert times(7) == [0, TIME_MASK]


def test_empty_span_of_a_device_is_empty_columns():
    answer = raw_history("kitchen", 7, start_ms=5, end_ms=7)
    assert (answer["time"], answer["values"], answer["complete"]) == ([], {}, True)


def test_asked_metrics_alone_are_answered():
    keep(7, (5, {"a": 1.0, "b": 2.0}), (6, {"b": 3.0}))
    answer = raw_history("kitchen", 7, start_ms=5, end_ms=7, metrics=frozenset({"a"}))
    assert (answer["time"], answer["values"]) == ([5], {"a": [1.0]})


def test_newest_readings_are_kept_when_there_are_too_many(monkeypatch):
    monkeypatch.setattr(history, "MAX_READINGS", 3)
    keep(7, *((time, {"a": 1.0}) for time in range(5)))
    answer = raw_history("kitchen", 7, start_ms=0, end_ms=9)
    assert (answer["time"], answer["complete"]) == ([2, 3, 4], False)


def test_exactly_as_many_as_are_answered_are_complete(monkeypatch):
    monkeypatch.setattr(history, "MAX_READINGS", 3)
    keep(7, *((time, {"a": 1.0}) for time in range(3)))
    answer = raw_history("kitchen", 7, start_ms=0, end_ms=9)
    assert (answer["time"], answer["complete"]) == ([0, 1, 2], True)


@pytest.mark.parametrize(
    ("start_ms", "end_ms"), [(5, 5), (6, 5), (-1, 5), (0, TIME_MASK + 2), (10**30, 10**31)]
)
def test_span_that_cannot_be_is_refused(start_ms, end_ms):
    with pytest.raises(InvalidMessage, match="The span is empty: start must be before end"):
        raw_history("kitchen", 7, start_ms=start_ms, end_ms=end_ms)


def test_last_device_there_can_be_has_a_history():
    keep(MAX_NUMBER, (TIME_MASK, {"a": 1.0}))
    assert times(MAX_NUMBER) == [TIME_MASK]
