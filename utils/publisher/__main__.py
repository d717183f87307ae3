"""`python -m publisher`: the program itself."""

import asyncio
import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence

from .agent import Agent
from .clock import BoardClock
from .config import Config, ConfigProblems, load
from .counts import Counts
from .errors import PublisherError
from .plausible import Sieve
from .reader import Reader
from .sensors import Sensor, open_sensor
from .simulator import Simulator
from .spool import Spool

log = logging.getLogger("publisher")

FAILED, WRONG_SETTINGS = 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the publisher; returns the exit status: 0 stopped, 1 could not run, 2 wrong settings."""
    try:
        config = load(sys.argv[1:] if arguments is None else arguments, os.environ)
    except ConfigProblems as error:
        print("The settings need mending (see --help):", file=sys.stderr)
        print("\n".join(f"  - {problem}" for problem in error.problems), file=sys.stderr)
        return WRONG_SETTINGS
    _set_up_log(config.log_level)
    for warning in config.warnings:
        log.warning("%s", warning)
    try:
        return _check(config) if config.check else _run(config)
    except (PublisherError, OSError) as error:
        print(error, file=sys.stderr)
    except Exception as error:  # a user gets a sentence; --log-level debug gives the rest
        log.debug("Unexpected.", exc_info=error)
        print(f"Something unexpected happened ({type(error).__name__}: {error}).", file=sys.stderr)
        print("Please report it, with what --log-level debug tells.", file=sys.stderr)
    return FAILED


def _set_up_log(level: str) -> None:
    # systemd's journal writes the time itself.
    stamp = "" if "JOURNAL_STREAM" in os.environ else "%(asctime)s "
    logging.basicConfig(level=level.upper(), format=f"{stamp}%(levelname)s %(message)s", stream=sys.stderr)
    # It writes tracebacks about what is said here in a sentence, and at level debug the token of each handshake.
    logging.getLogger("websockets").setLevel(logging.CRITICAL)
    threading.excepthook = _say_thread_error


def _say_thread_error(arguments: threading.ExceptHookArgs) -> None:
    log.error("A thread of a library ended (%s: %s).", arguments.exc_type.__name__, arguments.exc_value)


def _open_sensor(config: Config) -> Sensor:
    return open_sensor(
        config.sensor, lambda: Simulator(seed=config.simulator_seed, sequence=config.simulator_sequence)
    )


def _check(config: Config) -> int:
    print(f"The settings:\n{config.shown()}")
    sensor = _open_sensor(config)
    counts = Counts()
    reader = Reader(sensor, Sieve(counts.left_out, noisy=sensor.noisy), counts, config.heat_factor)
    values = reader.read() or reader.read()
    print(f"A reading of {sensor.name}:")
    print(
        "\n".join(f"  {name} = {value}" for name, value in values.items()) or "  nothing that can be believed"
    )
    return 0 if values else FAILED


def _run(config: Config) -> int:
    sensor = _open_sensor(config)
    clock = BoardClock(offset_file=config.clock_file)
    spool = Spool(config.spool, boot_id=clock.boot_id, max_readings=config.spool_max_readings)
    log.info("Reading %s; %d readings wait in %s.", sensor.name, spool.backlog, config.spool)
    asyncio.run(_until_signal(config, sensor, spool, clock))
    return 0


async def _until_signal(config: Config, sensor: Sensor, spool: Spool, clock: BoardClock) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await Agent(config, sensor, spool, clock=clock).run(stop)


if __name__ == "__main__":
    sys.exit(main())
