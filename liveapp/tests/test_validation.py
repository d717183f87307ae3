import json
import math
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liveapp import protocol
from liveapp.metrics import DECLARED
from liveapp.validation import DAY_MS, Validation, ValidReading

NOW_MS = 1763673600000


def validate(*raws, known=frozenset()):
    validation = Validation(now_ms=NOW_MS, known=frozenset(known), descriptions=DECLARED)
    for index, raw in enumerate(raws):
        validation.add(index, raw)
    return validation


def only_rejection(*raws, known=frozenset()):
    validation = validate(*raws, known=known)
    assert len(validation.rejected) == 1
    return validation.rejected[0]


def test_good_reading_is_accepted_as_it_is():
    validation = validate({"time": 5, "temperature": 21.5, "co2": 400})
    assert validation.accepted == [ValidReading(0, 5, {"temperature": 21.5, "co2": 400.0})]
    assert validation.rejected == []


def test_reading_without_a_time_gets_the_servers():
    assert validate({"temperature": 21.5}).accepted[0].time_ms == NOW_MS


def test_whole_number_becomes_a_float():
    assert type(validate({"temperature": 21}).accepted[0].values["temperature"]) is float


def test_largest_and_smallest_floats_are_numbers():
    values = {"a": sys.float_info.max, "b": -sys.float_info.max, "c": 5e-324, "d": -0.0, "e": float(10**308)}
    assert validate(values).accepted[0].values == values


def test_order_of_a_batch_is_kept():
    validation = validate({"a": 1}, {"a": math.nan}, {"a": 3})
    assert [reading.index for reading in validation.accepted] == [0, 2]
    assert validation.rejected[0].index == 1


def test_one_bad_metric_leaves_the_rest_of_its_reading():
    validation = validate({"temperature": 21.5, "humidity": 140})
    assert validation.accepted[0].values == {"temperature": 21.5}
    assert validation.rejected[0].metric == "humidity"


def test_reading_whose_every_metric_is_bad_is_rejected_by_metric_alone():
    validation = validate({"temperature": 999, "humidity": 140})
    assert validation.accepted == []
    assert [(entry.metric, entry.code) for entry in validation.rejected] == [
        ("temperature", "out_of_range"),
        ("humidity", "out_of_range"),
    ]


@pytest.mark.parametrize(
    ("values", "detail"),
    [
        ({"humidity": 140}, "humidity 140 is above 100 %"),
        ({"humidity": -0.5}, "humidity -0.5 is below 0 %"),
        ({"pressure": 259.9}, "pressure 259.9 is below 260 hPa"),
        ({"humidity": 100.0000001}, "humidity 100.0000001 is above 100 %"),
        ({"yaw": 1e300}, "yaw 1e+300 is above 360 °"),
    ],
    ids=str,
)
def test_known_metric_outside_its_range_is_rejected(values, detail):
    entry = only_rejection(values)
    assert (entry.code, entry.detail) == ("out_of_range", detail)


@pytest.mark.parametrize("value", [0, 100, 0.0, 100.0])
def test_ends_of_a_range_belong_to_it(value):
    assert validate({"humidity": value}).accepted[0].values == {"humidity": value}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (True, "true or false"),
        (None, "null"),
        ([21.5], "a list"),
        ({"a": 1}, "an object"),
    ],
)
def test_value_of_another_kind_is_rejected_by_its_kind(value, said):
    entry = only_rejection({"temperature": value})
    assert (entry.code, entry.metric) == ("not_a_number", "temperature")
    assert entry.detail == f"temperature is {said}. It must be a finite number."


def test_a_number_in_quotes_is_told_to_lose_them():
    assert only_rejection({"temperature": "21.5"}).detail.endswith("a finite number, without quotes.")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 10**309, -(10**400)])
def test_value_that_is_not_finite_is_rejected(value):
    entry = only_rejection({"temperature": value})
    assert entry.code == "not_a_number"
    assert entry.detail == "temperature is not finite. Leave out what was not measured."


@pytest.mark.parametrize(
    "name", ["", "9a", "a-b", "a.b", "$a", "_a", "ä", "a b", "a\n", "x" * 65, "type", "id", "readings"]
)
def test_name_that_breaks_the_rule_is_rejected(name):
    entry = only_rejection({name: 1})
    assert (entry.code, entry.metric) == ("invalid_metric", name[:64])
    assert "is not a metric's name. Use 1 to 64 letters" in entry.detail


def test_name_that_no_text_can_hold_is_rejected_with_an_answer_that_can_be_sent():
    answer = protocol.ack(1, stored=0, duplicates=0, rejected=[only_rejection({"\ud800": 1})])
    assert b"invalid_metric" in protocol.encode(answer).encode()


def test_long_bad_name_is_cut_in_the_answer():
    entry = only_rejection({"ä" * 100_000: 1})
    assert len(entry.detail) + len(entry.metric or "") < 400


def test_thirty_third_metric_of_a_device_is_rejected():
    entry = only_rejection({"a33": 1}, known={f"a{n}" for n in range(32)})
    assert entry.code == "too_many_metrics"
    assert entry.detail == "a33 is one name too many: a device may have 32 metrics."


def test_names_new_in_one_batch_count_together():
    validation = validate({f"a{n}": 1 for n in range(20)}, {f"b{n}": 1 for n in range(20)})
    assert len(validation.new_names) == 32
    assert [entry.code for entry in validation.rejected] == ["too_many_metrics"] * 8


def test_names_without_room_after_all_are_dropped_and_the_rest_stays():
    validation = validate({"a": 1, "b": 2, "c": 3}, {"c": 4}, {"a": 5})
    validation.drop_all_but(frozenset({"a"}))
    assert [(one.index, one.values) for one in validation.accepted] == [(0, {"a": 1}), (2, {"a": 5})]
    assert [(one.index, one.metric) for one in validation.rejected] == [(0, "b"), (0, "c"), (1, "c")]
    assert {one.code for one in validation.rejected} == {"too_many_metrics"}


def test_nothing_is_dropped_where_all_names_found_room():
    validation = validate({"a": 1}, {"temperature": 21.5})
    validation.drop_all_but(frozenset({"a", "temperature"}))
    assert (len(validation.accepted), validation.rejected) == (2, [])


def test_device_with_all_its_names_goes_on_with_them():
    assert validate({"a5": 1}, known={f"a{n}" for n in range(32)}).rejected == []


def test_name_whose_value_is_refused_takes_no_place():
    validation = validate({"co2": "high", "yaw": 999})
    assert validation.new_names == set()


def test_known_name_is_not_new():
    assert validate({"co2": 1}, known={"co2"}).new_names == set()


@pytest.mark.parametrize("time", [-1, 1.0, math.nan, True, None, "5", [], {}, -(2**80)], ids=repr)
def test_time_that_is_no_whole_millisecond_is_rejected(time):
    entry = only_rejection({"time": time, "temperature": 21.5})
    assert (entry.code, entry.metric) == ("invalid_time", None)
    assert "must be whole milliseconds since 1970 (UTC), not negative." in entry.detail


@pytest.mark.parametrize(
    ("time", "unit"),
    [
        (1_763_673_600, "seconds"),
        (1_763_673_600.25, "seconds"),
        (10**9, "seconds"),
        (4_102_444_799, "seconds"),
        (1_763_673_600_000_000, "microseconds"),
        (1_763_673_600_000_000_000, "nanoseconds"),
    ],
)
def test_time_of_our_days_in_another_unit_is_rejected_with_the_mend(time, unit):
    entry = only_rejection({"time": time, "temperature": 21.5})
    assert entry.code == "invalid_time"
    assert f"looks like {unit}. Send whole milliseconds since 1970 (UTC)" in entry.detail


def test_the_mend_of_seconds_is_the_time_in_milliseconds():
    entry = only_rejection({"time": 1_763_673_600, "temperature": 21.5})
    assert entry.detail.endswith(": 1763673600000.")


@pytest.mark.parametrize("time", [0, 10**9 - 1, 4_102_444_800, 10**11])
def test_other_times_of_long_ago_are_accepted(time):
    assert validate({"time": time, "a": 1}).accepted[0].time_ms == time


def test_time_a_day_ahead_is_accepted():
    assert validate({"time": NOW_MS + DAY_MS, "a": 1}).rejected == []


@pytest.mark.parametrize("time", [NOW_MS + DAY_MS + 1, 2**64, 10**4_000])
def test_time_more_than_a_day_ahead_is_rejected(time):
    entry = only_rejection({"time": time, "temperature": 21.5})
    assert entry.code == "in_the_future"
    assert entry.detail.endswith(f"is more than a day ahead of the server's clock, {NOW_MS}.")
    assert len(entry.detail) < 140


@pytest.mark.parametrize("raw", [{}, {"time": 5}])
def test_reading_without_a_metric_is_rejected(raw):
    entry = only_rejection(raw)
    assert (entry.code, entry.detail, entry.metric) == ("empty", "The reading has no metric in it.", None)


@pytest.mark.parametrize(
    ("raw", "said"), [([], "a list"), (5, "a number"), (None, "null"), ("x", "a string")]
)
def test_reading_that_is_not_an_object_is_rejected(raw, said):
    entry = only_rejection(raw)
    assert (entry.code, entry.detail) == ("invalid_reading", f"The reading is {said}. It must be an object.")


@pytest.mark.parametrize("field", ["time", "temperature"])
def test_deep_nesting_is_rejected_in_words(field):
    for depth in range(sys.getrecursionlimit() - 200, sys.getrecursionlimit()):
        try:
            raw = json.loads(f'{{"{field}":{"[" * depth}{"]" * depth}}}')
        except RecursionError:
            break
        assert "a list" in only_rejection(raw).detail
    else:
        pytest.fail("The parser never gave up: this test goes too shallow.")


VALUES = (
    st.floats()
    | st.integers()
    | st.none()
    | st.booleans()
    | st.text(max_size=4)
    | st.lists(st.none(), max_size=2)
)
NAMES = st.sampled_from(["time", "temperature", "humidity", "co2"]) | st.text(max_size=4)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.dictionaries(NAMES, VALUES, max_size=5) | VALUES, max_size=5))
def test_every_reading_of_any_batch_is_accepted_or_named_in_an_answer_that_can_be_sent(raws):
    validation = validate(*raws)
    named = {entry.index for entry in validation.rejected} | {
        reading.index for reading in validation.accepted
    }
    assert named == set(range(len(raws)))
    assert all(math.isfinite(value) for reading in validation.accepted for value in reading.values.values())
    protocol.encode(protocol.ack(None, stored=0, duplicates=0, rejected=validation.rejected)).encode()
