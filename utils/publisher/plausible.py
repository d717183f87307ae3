"""Tells a measurement from what a chip says when it has none: zeros, standstill, impossible numbers.

A metric that is not believed is left out of the reading and counted, the others go on. It is logged once when it begins
and once when it is over.
"""

import logging
import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import monotonic

log = logging.getLogger(__name__)

# What the chips can measure: HTS221, LPS25H, LSM9DS1, and a processor that still runs.
RANGES = {
    "temperature": (-40.0, 120.0),
    "temperature_raw": (-40.0, 120.0),
    "humidity": (0.0, 100.0),
    "pressure": (260.0, 1260.0),
    "roll": (0.0, 360.0),
    "pitch": (0.0, 360.0),
    "yaw": (0.0, 360.0),
    "acceleration_x": (-16.0, 16.0),
    "acceleration_y": (-16.0, 16.0),
    "acceleration_z": (-16.0, 16.0),
    "cpu_temperature": (-40.0, 150.0),
}
CHIPS = {
    "HTS221": ("temperature", "humidity"),
    "LPS25H": ("pressure",),
    "LSM9DS1": ("roll", "pitch", "yaw", "acceleration_x", "acceleration_y", "acceleration_z"),
}
STALLED_AFTER_S = 600.0
STALLED_READINGS = 60


@dataclass
class _Watch:
    """How long one chip has said exactly the same."""

    values: tuple[float | None, ...] = ()
    since_s: float = 0.0
    readings: int = 0


@dataclass
class Sieve:
    """Sorts out what is not believed. `noisy` sensors never say exactly the same for long, unless they stalled.

    A chip has stalled when all its raw values were identical for 10 minutes and 60 readings, while another chip's
    values changed: the last digits of a working chip are noise, they do not stand still.
    """

    left_out: Counter[str]
    noisy: bool = True
    monotonic_s: Callable[[], float] = monotonic
    _watches: dict[str, _Watch] = field(default_factory=lambda: {chip: _Watch() for chip in CHIPS})
    _wrong: dict[str, str] = field(default_factory=dict)

    def sift(self, values: Mapping[str, float | None]) -> dict[str, float]:
        """What is believed of `values`; `None` stands for "the chip said that it has no value"."""
        silent = self._chips_at_zero(values) | self._chips_stalled(values)
        reasons = {name: self._doubt(name, value, silent) for name, value in values.items()}
        for name, reason in reasons.items():
            self.note(name, reason)
        return {name: value for name, value in values.items() if value is not None and not reasons[name]}

    def check(self, name: str, value: float | None, *, label: str) -> dict[str, float]:
        """One computed value by itself: `{name: value}` if it is believed, else nothing; `label` is for the log."""
        reason = self._doubt(name, value, {})
        self.note(label, reason)
        return {} if reason or value is None else {name: value}

    def note(self, name: str, reason: str) -> None:
        """Count and log that `name` is left out because of `reason`; an empty reason means that all is well."""
        if reason:
            self.left_out[f"{name} ({reason})"] += 1
        before = self._wrong.get(name, "")
        if reason and reason != before:
            log.warning("%s is left out: %s.", name, reason)
        elif before and not reason:
            log.info("%s is back.", name)
        self._wrong[name] = reason

    def _doubt(self, name: str, value: float | None, silent: Mapping[str, str]) -> str:
        if value is None:
            return "no valid value"
        if not math.isfinite(value):
            return "not a number"
        if name in silent:
            return silent[name]
        low, high = RANGES.get(name, (-math.inf, math.inf))
        return "" if low <= value <= high else f"outside {low:g} to {high:g}"

    def _chips_at_zero(self, values: Mapping[str, float | None]) -> dict[str, str]:
        silent: dict[str, str] = {}
        for metrics in CHIPS.values():
            said = [values[name] for name in metrics if values.get(name) is not None]
            if said and not any(said):
                silent.update(dict.fromkeys(metrics, "all zero"))
        return silent

    def _chips_stalled(self, values: Mapping[str, float | None]) -> dict[str, str]:
        if not self.noisy:
            return {}
        now_s = self.monotonic_s()
        for chip, metrics in CHIPS.items():
            self._watch(self._watches[chip], tuple(values.get(name) for name in metrics), now_s)
        latest_change_s = max(watch.since_s for watch in self._watches.values())
        stalled = [
            chip
            for chip, watch in self._watches.items()
            if now_s - watch.since_s >= STALLED_AFTER_S
            and watch.readings >= STALLED_READINGS
            and latest_change_s > watch.since_s
        ]
        return {name: "the chip has stalled" for chip in stalled for name in CHIPS[chip]}

    @staticmethod
    def _watch(watch: _Watch, values: tuple[float | None, ...], now_s: float) -> None:
        if values == watch.values:
            watch.readings += 1
        else:
            watch.values, watch.since_s, watch.readings = values, now_s, 1
