from hypothesis import given, settings
from hypothesis import strategies as st

from liveapp.series import columns


def test_readings_become_columns():
    series = columns([(1, {"a": 1.0, "b": 2.0}), (2, {"a": 3.0, "b": 4.0})])
    assert series == {"time": [1, 2], "values": {"a": [1.0, 3.0], "b": [2.0, 4.0]}}


def test_metric_missing_from_a_reading_is_null_there():
    series = columns([(1, {"a": 1.0}), (2, {"b": 2.0}), (3, {"a": 3.0})])
    assert series["values"] == {"a": [1.0, None, 3.0], "b": [None, 2.0, None]}


def test_no_readings_are_no_columns():
    assert columns([]) == {"time": [], "values": {}}


READINGS = st.lists(
    st.tuples(st.integers(0, 9), st.dictionaries(st.sampled_from("abc"), st.floats(0, 9))), max_size=9
)


@settings(max_examples=100, deadline=None)
@given(READINGS)
def test_columns_hold_the_readings_and_nothing_else(readings):
    series = columns(readings)
    back = [
        (time, {name: column[n] for name, column in series["values"].items() if column[n] is not None})
        for n, time in enumerate(series["time"])
    ]
    assert back == readings
    assert {len(column) for column in series["values"].values()} <= {len(readings)}
