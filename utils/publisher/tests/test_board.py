"""The real `sense_hat` library, over a stand-in for the hardware below it."""

import importlib
import os
import sys
import threading
from contextlib import ExitStack, closing
from types import SimpleNamespace

import pytest

from utils.publisher.matrix import Interrupted
from utils.publisher.tests.conftest import Watch, close_emulated

# Both libraries still call what Pillow 14 will not have; the requirements keep Pillow below that.
pytestmark = pytest.mark.filterwarnings("ignore:Image.Image.getdata is deprecated:DeprecationWarning")

sense_emu = importlib.import_module("sense_emu.RTIMU")
CHIPS = ("humidity", "pressure", "imu")


@pytest.fixture
def chips(tmp_path, monkeypatch):
    """The memory of the three chips, in this test's folder: what the bus would bring."""
    monkeypatch.setitem(sys.modules, "RTIMU", sense_emu)
    servers = {}
    with ExitStack() as stack:
        for chip in CHIPS:
            module = importlib.import_module(f"sense_emu.{chip}")
            monkeypatch.setattr(module, f"{chip}_filename", lambda chip=chip: str(tmp_path / chip))
        for chip, name, quiet in (
            ("humidity", "HumidityServer", {"simulate_noise": False}),
            ("pressure", "PressureServer", {"simulate_noise": False}),
            ("imu", "IMUServer", {"simulate_world": False}),
        ):
            server = getattr(importlib.import_module(f"sense_emu.{chip}"), name)(**quiet)
            servers[chip] = stack.enter_context(closing(server))
        yield SimpleNamespace(**servers)


@pytest.fixture
def board(chips, tmp_path, monkeypatch):
    """A Sense HAT whose frame buffer, bus and joystick seem to be there."""
    monkeypatch.delitem(sys.modules, "sense_hat", raising=False)
    library = importlib.import_module("sense_hat.sense_hat")
    stick = importlib.import_module("sense_hat.stick")
    monkeypatch.setattr(library.SenseHat, "_get_fb_device", lambda self: str(tmp_path / "fb"))
    monkeypatch.setattr(library, "glob", SimpleNamespace(glob=lambda pattern: ["/dev/i2c-1"]))
    monkeypatch.setattr(
        library, "pwd", SimpleNamespace(getpwuid=lambda uid: ["", "", 0, 0, "", str(tmp_path)])
    )
    monkeypatch.setattr(stick.SenseStick, "_stick_device", lambda self: os.devnull)
    opened = importlib.import_module("utils.publisher.board").SenseHat()
    yield opened
    close_emulated(opened._hat)


def measure(chips, *, temperature=23.5, humidity=45.25, pressure=1010.5, yaw=90.0):
    chips.humidity.set_values(humidity, temperature)
    chips.pressure.set_values(pressure, temperature)
    chips.imu.set_imu_values((0.0, 0.0, 1.0), (0, 0, 0), (0, 0, 0), (0.0, 0.0, yaw))


def read_after_a_measurement(board, chips, **values):
    """The first read opens the chips; the motion chip answers once it has measured after that."""
    board.read()
    measure(chips, **values)
    return board.read()


def test_all_metrics_come_in_the_units_promised(board, chips):
    measure(chips)
    reading = read_after_a_measurement(board, chips)
    assert reading["temperature"] == pytest.approx(23.5, abs=0.02)
    assert reading["humidity"] == pytest.approx(45.25, abs=0.01)
    assert reading["pressure"] == pytest.approx(1010.5, abs=0.01)
    assert (reading["roll"], reading["pitch"]) == (0, 0)
    assert reading["yaw"] == pytest.approx(90, abs=0.1)
    assert reading["acceleration_z"] == pytest.approx(1, abs=0.001)


def test_angles_are_between_0_and_360(board, chips):
    measure(chips)
    assert read_after_a_measurement(board, chips, yaw=-90.0)["yaw"] == pytest.approx(270, abs=0.1)


def test_a_chip_without_a_valid_value_gives_none_where_the_library_says_zero(board, chips):
    measure(chips)
    board.read()
    measure(chips, humidity=float("nan"), pressure=float("nan"))
    # The stand-in refreshes its humidity every 130 ms, as the chip does; make it look now.
    board._hat._humidity._last_read = board._hat._pressure._last_read = 0
    reading = board.read()
    assert (reading["humidity"], reading["pressure"]) == (None, None)
    assert board._hat.get_humidity() == 0
    assert reading["temperature"] == pytest.approx(23.5, abs=0.02)


def test_a_silent_motion_chip_gives_none_where_the_library_repeats_itself(board, chips):
    measure(chips)
    assert read_after_a_measurement(board, chips)["yaw"] is not None
    reading = board.read()
    assert {reading["roll"], reading["yaw"], reading["acceleration_z"]} == {None}


def test_a_bus_error_comes_through(board, chips, monkeypatch):
    measure(chips)

    def fail():
        raise OSError(121, "Remote I/O error")

    monkeypatch.setattr(board._hat._humidity, "humidityRead", fail)
    with pytest.raises(OSError, match="Remote I/O"):
        board.read()


DARK = bytes(128)


@pytest.fixture
def frames(board, tmp_path, monkeypatch):
    """Every picture that a text was shown by, from the frame buffer; `at` holds what to do after which of them."""
    library = importlib.import_module("sense_hat.sense_hat")
    shown = SimpleNamespace(pictures=[], at={})

    def look(seconds: float) -> None:
        shown.pictures.append((tmp_path / "fb").read_bytes())
        shown.at.pop(len(shown.pictures), lambda: None)()

    monkeypatch.setattr(library, "time", SimpleNamespace(sleep=look))
    return shown


def test_a_text_scrolls_over_the_matrix_and_leaves_it_dark(board, frames, tmp_path):
    board.screen().show_message("Hi ä", threading.Event())
    assert len(set(frames.pictures)) > 20
    assert {len(picture) for picture in frames.pictures} == {128}
    assert (tmp_path / "fb").read_bytes() == DARK


def test_the_matrix_flashes_six_times_in_white_and_ends_dark(board, tmp_path):
    watch = Watch(lambda: (tmp_path / "fb").read_bytes())
    board.screen().identify(watch)
    assert watch.seen == [b"\xff" * 128, DARK] * 6
    assert watch.waited_s == pytest.approx(3)


def test_a_text_that_is_interrupted_ends_at_once_and_dark(board, frames, tmp_path):
    stop = threading.Event()
    frames.at = {9: stop.set}
    with pytest.raises(Interrupted):
        board.screen().show_message("hello", stop)
    assert len(frames.pictures) == 9
    assert frames.pictures[-1] != DARK
    assert (tmp_path / "fb").read_bytes() == DARK


def test_a_text_stands_upright_after_one_that_failed(board, frames, tmp_path):
    board.screen().show_message("hello", threading.Event())
    upright, frames.pictures = frames.pictures, []
    buffer = tmp_path / "fb"
    buffer.rename(tmp_path / "away")
    buffer.mkdir()
    with pytest.raises(IsADirectoryError):
        board.screen().show_message("hello", threading.Event())
    buffer.rmdir()
    board.screen().show_message("hello", threading.Event())
    assert frames.pictures == upright
