"""What is known of metrics before anyone describes them: the Sense HAT's own, with units and ranges."""

import re
from dataclasses import asdict, dataclass
from typing import Any

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}", re.ASCII)
RESERVED = frozenset({"time", "type", "id", "readings"})
MAX_PER_DEVICE = 32


@dataclass(frozen=True, slots=True)
class MetricDescription:
    """A metric's name, how to show it, and the range outside which a value is not believed."""

    name: str
    label: str
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    decimals: int = 2
    circular: bool = False

    def describe(self) -> dict[str, Any]:
        return asdict(self)


def _axes(name: str, label: str, unit: str, limit: float) -> list[MetricDescription]:
    return [MetricDescription(f"{name}_{axis}", f"{label} {axis}", unit, -limit, limit, 3) for axis in "xyz"]


def _angle(name: str) -> MetricDescription:
    return MetricDescription(name, name.capitalize(), "°", 0, 360, 1, circular=True)


# Ranges are those of the sensors' data sheets (HTS221, LPS25H, LSM9DS1).
DECLARED: dict[str, MetricDescription] = {
    metric.name: metric
    for metric in [
        MetricDescription("temperature", "Temperature", "°C", -40, 120, 1),
        MetricDescription("humidity", "Humidity", "%", 0, 100, 1),
        MetricDescription("pressure", "Pressure", "hPa", 260, 1260, 1),
        MetricDescription("temperature_raw", "Temperature at the board", "°C", -40, 120, 1),
        MetricDescription("cpu_temperature", "Processor temperature", "°C", -40, 150, 1),
        _angle("roll"),
        _angle("pitch"),
        _angle("yaw"),
        *_axes("acceleration", "Acceleration", "g", 16),
        MetricDescription("clock_correction_ms", "Clock correction", "ms", decimals=0),
    ]
}


def is_valid_name(name: str) -> bool:
    return NAME.fullmatch(name) is not None and name not in RESERVED


def undescribed(name: str) -> MetricDescription:
    """A metric never seen before: shown under its own name, without a unit."""
    return MetricDescription(name, name)
