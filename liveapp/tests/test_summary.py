"""Many values in a few numbers."""

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from liveapp.summary import Summary, combine, combine_all, summarise

values = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30)
angles = st.lists(st.floats(0, 360, exclude_max=True), min_size=1, max_size=10)


def test_how_many_mean_least_and_greatest():
    assert summarise([3.0, 1.0, 5.0]) == Summary(3, 3.0, 1.0, 5.0)


def test_equal_values_have_exactly_that_mean():
    assert summarise([21.1] * 7) == Summary(7, 21.1, 21.1, 21.1)


def test_a_sum_that_no_number_holds_has_a_mean_all_the_same():
    assert summarise([1e308, 1.5e308, 1.7e308]).mean == pytest.approx(1.4e308)


def test_parts_whose_sum_no_number_holds_have_a_mean_all_the_same():
    assert combine([summarise([1e308, 1.5e308]), summarise([1.7e308])]).mean == pytest.approx(1.4e308)
    assert combine([summarise([-1.7e308] * 2), summarise([1.7e308] * 2)]).mean == 0


def test_parts_count_by_their_readings():
    assert combine([summarise([1.0, 2.0, 3.0]), summarise([10.0])]) == Summary(4, 4.0, 1.0, 10.0)


@given(st.lists(values, min_size=1, max_size=8))
def test_parts_give_what_all_values_at_once_give(parts):
    together = combine([summarise(part) for part in parts])
    at_once = summarise([value for part in parts for value in part])
    assert together[:1] + together[2:] == at_once[:1] + at_once[2:]
    assert together.mean == pytest.approx(at_once.mean, rel=1e-9, abs=1e-6)
    assert together.minimum <= together.mean <= together.maximum


def test_angles_on_both_sides_of_north_have_their_mean_at_north():
    found = summarise([350.0, 20.0], circular=True)
    assert found[:4] == pytest.approx((2, 5.0, -10.0, 20.0))
    assert summarise([350.0, 330.0], circular=True)[:4] == pytest.approx((2, 340.0, 330.0, 350.0))


def test_angles_that_run_below_zero_stay_there():
    assert summarise([-170.0, -150.0], circular=True)[:4] == pytest.approx((2, -160.0, -170.0, -150.0))


def test_one_direction_agrees_wholly_and_opposite_ones_not_at_all():
    assert summarise([90.0, 90.0], circular=True).agreement == pytest.approx(1)
    assert summarise([0.0, 90.0, 180.0, 270.0], circular=True).agreement == pytest.approx(0, abs=1e-9)


@example([[231.0]])
@given(st.lists(angles, min_size=1, max_size=6))
def test_parts_of_angles_point_where_all_angles_at_once_point(parts):
    together = combine([summarise(part, circular=True) for part in parts])
    at_once = summarise([angle for part in parts for angle in part], circular=True)
    assert together.readings == at_once.readings
    assert together.agreement == pytest.approx(at_once.agreement, abs=1e-6)
    # Where they cancel each other out no direction is the mean.
    if at_once.agreement is not None and at_once.agreement > 1e-3:
        assert math.cos(math.radians(together.mean - at_once.mean)) == pytest.approx(1, abs=1e-6)
    assert together.mean - 180 <= together.minimum <= together.mean <= together.maximum <= together.mean + 180


def test_each_metric_is_combined_by_itself():
    first, second = summarise([1.0]), summarise([3.0])
    assert combine_all([{"a": first}, {"a": second, "b": first}]) == {
        "a": Summary(2, 2.0, 1.0, 3.0),
        "b": first,
    }
