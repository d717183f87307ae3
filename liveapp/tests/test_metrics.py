import json
from pathlib import Path

import pytest

from liveapp.metrics import DECLARED, RESERVED, is_valid_name, undescribed

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "protocol" / "examples" / "rest" / "metrics.json"


@pytest.mark.parametrize("name", ["a", "Z9", "co2", "soil_moisture_1", "x" * 64])
def test_plain_name_is_valid(name):
    assert is_valid_name(name)


@pytest.mark.parametrize("name", ["", "_a", "1a", "a.b", "$set", "a-b", "é", "a\n", "x" * 65, *RESERVED])
def test_name_that_the_wire_or_a_database_could_misread_is_invalid(name):
    assert not is_valid_name(name)


def test_declared_temperature_is_the_documented_one():
    assert DECLARED["temperature"].describe() == json.loads(EXAMPLE.read_text())[0]


def test_metric_never_described_is_the_documented_one():
    assert undescribed("co2").describe() == json.loads(EXAMPLE.read_text())[1]


def test_every_declared_metric_has_a_valid_name_and_a_possible_range():
    for name, metric in DECLARED.items():
        assert is_valid_name(name)
        assert metric.minimum is None or metric.maximum is None or metric.minimum < metric.maximum


def test_angles_alone_are_circular():
    assert {metric.name for metric in DECLARED.values() if metric.circular} == {"roll", "pitch", "yaw"}
