"""What time it was, when the board itself did not know."""

import logging

import pytest

from utils.publisher.clock import (
    Anchor,
    BoardClock,
    Stamp,
    anchor_of_greeting,
    guess_anchor,
    read_boot_id,
    read_mono_ms,
)
from utils.publisher.tests.conftest import NOON_MS, SteppedClock

TEN_MINUTES_MS = 600_000


def test_a_clock_within_two_seconds_is_left_as_it_is():
    assert Anchor(NOON_MS + 1900, 1000).date(Stamp(NOON_MS, 1000)) == (NOON_MS, 0)


@pytest.mark.parametrize("late_ms", [0, 100, 6_000])
def test_a_right_clock_is_believed_however_long_the_greeting_took(late_ms):
    asked, received = Stamp(NOON_MS, 1000), Stamp(NOON_MS + late_ms, 1000 + late_ms)
    anchor = anchor_of_greeting(NOON_MS, asked=asked, received=received)
    assert anchor.date(received) == (received.wall_ms, 0)


@pytest.mark.parametrize("wrong_ms", [TEN_MINUTES_MS, -TEN_MINUTES_MS, -6_000])
def test_a_clock_is_wrong_that_differs_by_more_than_the_greeting_took(wrong_ms):
    asked, received = Stamp(NOON_MS + wrong_ms, 1000), Stamp(NOON_MS + wrong_ms + 500, 1500)
    anchor = anchor_of_greeting(NOON_MS + 450, asked=asked, received=received, round_trip_ms=100)
    assert anchor.date(received) == (NOON_MS + 500, -wrong_ms)


def test_a_reading_from_before_the_right_time_was_known_is_corrected():
    anchor = Anchor(NOON_MS, 60_000)
    assert anchor.date(Stamp(1000, 10_000)) == (NOON_MS - 50_000, NOON_MS - 51_000)


@pytest.mark.parametrize("step_ms", [TEN_MINUTES_MS, -TEN_MINUTES_MS])
def test_a_clock_that_was_set_after_the_welcome_does_not_move_readings(clock: SteppedClock, step_ms):
    anchor = Anchor(clock.wall_ms, clock.mono_ms)
    clock.pass_ms(5000)
    clock.set_wall(step_ms)
    assert anchor.date(clock.board().now()) == (NOON_MS + 5000, -step_ms)


@pytest.mark.parametrize(("step_ms", "way"), [(TEN_MINUTES_MS, "forward"), (-TEN_MINUTES_MS, "back")])
def test_a_step_of_the_wall_clock_is_logged(clock: SteppedClock, caplog, step_ms, way):
    board = clock.board()
    board.now()
    clock.pass_ms(1000)
    clock.set_wall(step_ms)
    board.now()
    assert f"set {way} by 600.0 s" in caplog.text


def test_time_that_passes_is_no_step(clock: SteppedClock, caplog):
    board = clock.board()
    board.now()
    clock.pass_ms(86_400_000)
    board.now()
    assert not caplog.records


def test_a_boot_that_never_met_the_server_keeps_a_possible_clock():
    last = Stamp(NOON_MS, 5000)
    guess = guess_anchor(last, not_before_ms=NOON_MS - 10_000, next_start_ms=NOON_MS + 10_000)
    assert guess.date(last) == (NOON_MS, 0)


@pytest.mark.parametrize("wall_ms", [0, 1_500_000_000_000, NOON_MS - 20_000, NOON_MS + 20_000])
def test_an_impossible_clock_is_put_before_the_next_boot(wall_ms):
    last = Stamp(wall_ms, 5000)
    guess = guess_anchor(last, not_before_ms=NOON_MS - 10_000, next_start_ms=NOON_MS + 10_000)
    assert guess.date(last)[0] == NOON_MS + 10_000


def test_the_clock_file_moves_the_wall_clock_and_nothing_else(clock: SteppedClock, tmp_path):
    file = tmp_path / "offset"
    file.write_text("-600000\n")
    board = BoardClock(lambda: clock.wall_ms, lambda: clock.mono_ms, "boot", offset_file=file)
    assert board.now() == Stamp(NOON_MS - 600_000, clock.mono_ms)


def test_an_unreadable_clock_file_keeps_the_last_offset_and_is_said_once(
    clock: SteppedClock, tmp_path, caplog
):
    file = tmp_path / "offset"
    file.write_text("5000")
    board = BoardClock(lambda: clock.wall_ms, lambda: clock.mono_ms, "boot", offset_file=file)
    board.now()
    file.write_text("")
    with caplog.at_level(logging.WARNING):
        assert [board.now().wall_ms, board.now().wall_ms] == [NOON_MS + 5000] * 2
    assert len(caplog.records) == 1


def test_the_time_since_the_start_grows():
    assert 0 < read_mono_ms() <= read_mono_ms()


def test_a_boot_has_one_name():
    assert read_boot_id() == read_boot_id()
