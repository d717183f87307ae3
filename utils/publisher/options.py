"""The table of all options: the command line, the environment, the file and the README are all made from it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .sensors import NAMES

DAY_S = 86_400.0


@dataclass(frozen=True)
class Option:
    """One setting: `--a-name`, `SENSE_A_NAME`, `a_name = …` in the file. `read` raises `ValueError` in plain words."""

    name: str
    group: str
    read: Callable[[str], Any]
    default: Any
    metavar: str
    help: str

    @property
    def flag(self) -> str:
        """How it is written on the command line."""
        return "--" + self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        """How it is written in the environment."""
        return "SENSE_" + self.name.upper()

    @property
    def is_switch(self) -> bool:
        """Whether it is only on or off."""
        return self.read is switch


def switch(text: str) -> bool:
    """True or false, in the usual words."""
    words = {
        "1": True,
        "true": True,
        "yes": True,
        "on": True,
        "0": False,
        "false": False,
        "no": False,
        "off": False,
    }
    if text.lower() not in words:
        raise ValueError("use true or false")
    return words[text.lower()]


def number(low: float, high: float) -> Callable[[str], float]:
    """A number from `low` to `high`."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError as error:
            raise ValueError(f"use a number from {low:g} to {high:g}") from error
        if not low <= value <= high:
            raise ValueError(f"use a number from {low:g} to {high:g}")
        return value

    return read


def whole(low: int, high: int) -> Callable[[str], int]:
    """A whole number from `low` to `high`."""

    def read(text: str) -> int:
        if not text.removeprefix("-").isdecimal() or not low <= int(text) <= high:
            raise ValueError(f"use a whole number from {low} to {high}")
        return int(text)

    return read


def choice(*names: str) -> Callable[[str], str]:
    """One of `names`."""

    def read(text: str) -> str:
        if text not in names:
            raise ValueError(f"use one of {', '.join(names)}")
        return text

    return read


def path(text: str) -> Path:
    """A file's path; ~ is the home folder."""
    if not text:
        raise ValueError("use the path of a file")
    return Path(text).expanduser()


OPTIONS = (
    Option("url", "server", str, None, "URL", "the server: ws://server:8000/ws/device/ (http:// and https:// too)"),
    Option("token_file", "server", path, None, "FILE", "a file with the device's token in it, readable by you alone"),
    Option("ca_file", "server", path, None, "FILE", "the certificate of your own authority, for wss:// (PEM)"),
    Option("sensor", "sensor", choice(*NAMES), "auto", "NAME", f"which sensor to read: {', '.join(NAMES)}"),
    Option(
        "interval", "sensor", number(0.005, DAY_S), None, "SECONDS",
        "the time between readings; without it, what the server wishes (1 until it is known)",
    ),
    Option(
        "heat_factor", "sensor", number(0.1, 100), None, "FACTOR",
        "correct the temperature for the processor's warmth: t - (t_cpu - t) / FACTOR; sends temperature_raw too",
    ),
    Option("simulator_seed", "sensor", whole(0, 2**32), None, "NUMBER", "make the simulator's day the same each time"),
    Option(
        "simulator_sequence", "sensor", switch, False, "",
        "let the simulator add a metric `sequence`, by which each reading can be told from all others",
    ),
    Option("spool", "spool", path, None, "FILE", "where readings wait for the server"),
    Option(
        "spool_max_readings", "spool", whole(100, 100_000_000), 1_000_000, "COUNT",
        "the most readings to keep; beyond it the oldest give way",
    ),
    Option(
        "commit_interval", "spool", number(0, 3600), 1.0, "SECONDS",
        "the least time between two writes to the card; a power loss costs at most so much",
    ),
    Option("commit_readings", "spool", whole(1, 10_000), 100, "COUNT", "write sooner when so many have gathered"),
    Option(
        "backlog_rate", "sending", number(0, 1_000_000), 1000.0, "COUNT",
        "how many old readings a second to catch up with, beside the fresh ones; 0 for no bound",
    ),
    Option("ack_timeout", "sending", number(0.1, 600), 30.0, "SECONDS", "how long to wait for the server's ack"),
    Option("reconnect_limit", "sending", number(0.05, 3600), 60.0, "SECONDS", "the longest wait between attempts"),
    Option(
        "refused_wait", "sending", number(0.05, DAY_S), 300.0, "SECONDS",
        "the wait after the server refused the token or disabled the device",
    ),
    Option("log_level", "log", choice("debug", "info", "warning", "error"), "info", "LEVEL", "how much to tell"),
    Option("summary_interval", "log", number(0.1, DAY_S), 60.0, "SECONDS", "the time between two summary lines"),
    Option("record", "rehearsal", path, None, "FILE", "append a copy of every reading to this file, as JSON lines"),
    Option(
        "clock_file", "rehearsal", path, None, "FILE",
        "for rehearsing a board with a wrong clock: the file holds milliseconds to add to the wall clock",
    ),
)  # fmt: skip
