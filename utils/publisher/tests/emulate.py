"""Plays the Sense HAT's part: sets the values that the emulator's library reads, in any process of this machine.

`python -m utils.publisher.tests.emulate --temperature 23.4 --humidity 45 --pressure 1010` prints `ready` and keeps
running; each line of its input is a JSON object with new values, answered by `set`; at the end of the input it ends.
The emulator's memory is one for the whole machine, so a second one waits until the first has ended.
"""

import argparse
import fcntl
import json
import math
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from sense_emu.humidity import HumidityServer
from sense_emu.imu import IMUServer
from sense_emu.lock import EmulatorLock
from sense_emu.pressure import PressureServer

DEFAULTS = {"temperature": 20.0, "humidity": 45.0, "pressure": 1013.0, "roll": 0.0, "pitch": 0.0, "yaw": 0.0}


@contextmanager
def alone_on_this_machine() -> Iterator[None]:
    """Wait until no other test uses the emulator's memory."""
    with (Path(tempfile.gettempdir()) / "sense-live-emulator.lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


class EmulatedBoard:
    """The three chips, with exactly the values given: °C, %, hPa, degrees. NaN makes a chip say "not valid"."""

    def __init__(self, stack: ExitStack) -> None:
        self._humidity = stack.enter_context(closing(HumidityServer(simulate_noise=False)))
        self._pressure = stack.enter_context(closing(PressureServer(simulate_noise=False)))
        self._imu = stack.enter_context(closing(IMUServer(simulate_world=True)))
        self._values = dict(DEFAULTS)

    def set(self, values: Mapping[str, float]) -> None:
        """Change some values; the others stay."""
        self._values |= values
        now = self._values
        self._humidity.set_values(now["humidity"], now["temperature"])
        self._pressure.set_values(now["pressure"], now["temperature"])
        # The library wants degrees from -180 to 180.
        self._imu.set_orientation([math.remainder(now[axis], 360) for axis in ("roll", "pitch", "yaw")])


def main() -> int:
    """Serve values until the input ends."""
    parser = argparse.ArgumentParser(description="Set the values of an emulated Sense HAT.")
    for name, value in DEFAULTS.items():
        parser.add_argument(f"--{name}", type=float, default=value)
    values = vars(parser.parse_args())
    with alone_on_this_machine(), ExitStack() as stack:
        try:
            stack.enter_context(EmulatorLock("tests"))
        except FileExistsError:
            print("Another emulator is running; close it first (sense_emu_gui?).", file=sys.stderr)
            return 1
        board = EmulatedBoard(stack)
        board.set(values)
        print("ready", flush=True)
        for line in sys.stdin:
            board.set(json.loads(line))
            print("set", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
