"""Exports: what is in the files."""

import csv
import io
import json

import pytest

from liveapp.exporting import FORMATS, UnknownMetrics, select
from liveapp.exporting.selection import ALL_TIME_MS
from liveapp.levels import Level
from liveapp.models import Metric
from liveapp.rollups import Rollups
from liveapp.tests.doors import put

T = 1_763_673_600_000


@pytest.fixture
def device(device):
    device.add_metrics(["temperature", "humidity"])
    return device


def exported(device, form="csv", level=Level.RAW, start_ms=0, end_ms=ALL_TIME_MS, names=None):
    return b"".join(FORMATS[form].chunks(select(device, start_ms, end_ms, level, names)))


def lines(device, **what):
    return exported(device, **what).decode().split("\r\n")


def test_a_csv_has_a_header_with_units_and_a_line_for_each_reading(device):
    put(device, [T], temperature=21.52, humidity=41.3)
    put(device, [T + 123], temperature=21.5)
    assert lines(device) == [
        "time,temperature (°C),humidity (%)",
        "2025-11-20T21:20:00.000Z,21.52,41.3",
        "2025-11-20T21:20:00.123Z,21.5,",
        "",
    ]


def test_a_csv_without_readings_is_its_header(device):
    assert lines(device) == ["time,temperature (°C),humidity (%)", ""]


def test_numbers_are_written_to_their_last_bit(device):
    for offset, value in enumerate([0.1 + 0.2, 5e-324, 1.7976931348623157e308, 1e22, 20.0]):
        put(device, [T + offset], temperature=value)
    rows = list(csv.reader(io.StringIO(exported(device, names=["temperature"]).decode())))
    assert [float(row[1]) for row in rows[1:]] == [0.1 + 0.2, 5e-324, 1.7976931348623157e308, 1e22, 20.0]


@pytest.mark.parametrize(
    ("unit", "title"),
    [
        ("g/m³, net", '"co2 (g/m³, net)"'),
        ('"x"', '"co2 (""x"")"'),
        ("=1+1", "co2 (=1+1)"),
        ("a;=1+1", "co2 (a =1+1)"),
        ("a\r\n=1+1", "co2 (a =1+1)"),
        ("a\t=1+1", "co2 (a =1+1)"),
        (" ; ", "co2"),
    ],
)
def test_no_unit_can_begin_a_cell_in_any_spreadsheet(device, unit, title):
    Metric.objects.create(name="co2", label="CO₂", unit=unit)
    device.add_metrics(["co2"])
    assert lines(device)[0] == f"time,temperature (°C),humidity (%),{title}"


def test_ndjson_has_each_reading_as_a_board_sends_it(device):
    put(device, [T], temperature=21.52, humidity=41.3)
    put(device, [T + 1], temperature=21.5)
    assert exported(device, "ndjson").decode() == (
        f'{{"time":{T},"temperature":21.52,"humidity":41.3}}\n{{"time":{T + 1},"temperature":21.5}}\n'
    )


def test_only_the_span_and_the_metrics_asked_for_are_in_it(device):
    put(device, range(T, T + 4), temperature=1.0, humidity=2.0)
    put(device, [T + 1_000], humidity=3.0)
    found = exported(device, "ndjson", start_ms=T + 1, end_ms=T + 3, names=["temperature"]).splitlines()
    assert [json.loads(line) for line in found] == [
        {"time": time_ms, "temperature": 1.0} for time_ms in (T + 1, T + 2)
    ]
    assert len(lines(device, names=["temperature"])) == 1 + 4 + 1


def test_another_devices_readings_are_not_in_it(device, new_device):
    before, after = new_device("attic")[0], new_device("cellar")[0]
    for one in (before, after):
        put(one, [T], temperature=1.0)
    put(device, [0, 2**42 - 1], temperature=2.0)
    assert len(lines(device)) == 1 + 2 + 1


@pytest.mark.parametrize("name", ["Europe/Berlin", "America/New_York"])
def test_days_that_begin_before_1970_have_no_other_devices_readings(new_device, settings, name):
    settings.TIME_ZONE = name
    first, second = new_device("attic")[0], new_device("cellar")[0]
    for one in (first, second):
        one.add_metrics(["temperature"])
    put(first, [T], temperature=1.0)
    put(second, [5, T], temperature=2.0)
    Rollups(settle_s=0).run(lambda: None)
    found = [json.loads(line)["temperature"] for line in exported(second, "ndjson", Level.DAY).splitlines()]
    assert [one["mean"] for one in found] == [2.0, 2.0]


def test_a_metric_the_device_never_had_is_refused_with_those_it_has(device):
    with pytest.raises(UnknownMetrics, match=r'kitchen has no metric "co2". It has: temperature, humidity.'):
        select(device, 0, ALL_TIME_MS, Level.RAW, ["co2", "temperature"])


def test_buckets_have_mean_min_max_and_count(device):
    put(device, [T, T + 1000, T + 2000], temperature=20.0)
    put(device, [T + 3000], temperature=24.0, humidity=40.0)
    assert lines(device, level=Level.MINUTE) == [
        "time,temperature mean (°C),temperature min (°C),temperature max (°C),temperature count,"
        "humidity mean (%),humidity min (%),humidity max (%),humidity count",
        "2025-11-20T21:20:00.000Z,21.0,20.0,24.0,4,40.0,40.0,40.0,1",
        "",
    ]
    (bucket,) = exported(device, "ndjson", level=Level.HOUR, names=["humidity"]).splitlines()
    assert json.loads(bucket) == {
        "time": T - T % 3_600_000,
        "humidity": {"mean": 40.0, "min": 40.0, "max": 40.0, "count": 1},
    }


@pytest.mark.parametrize("level", [Level.MINUTE, Level.QUARTER, Level.HOUR, Level.DAY])
def test_buckets_are_the_same_before_and_after_they_are_rolled_up(device, level):
    put(device, range(T, T + 3 * 86_400_000, 1_000_003), temperature=20.0, humidity=0.1)
    before = exported(device, level=level)
    Rollups(settle_s=0).run(lambda: None)
    put(device, [T + 5 * 86_400_000], temperature=3.0)
    after = exported(device, level=level)
    assert after.startswith(before)
    assert len(after.splitlines()) == len(before.splitlines()) + 1


@pytest.mark.parametrize(
    ("span", "level", "stem"),
    [
        ((T, T + 86_400_000), Level.RAW, "kitchen_2025-11-20_2025-11-21"),
        ((T, T + 86_400_000), Level.HOUR, "kitchen_hour_2025-11-20_2025-11-21"),
        ((0, T), Level.RAW, "kitchen_2025-11-20"),
    ],
)
def test_a_file_is_named_by_what_is_in_it(device, span, level, stem):
    start_ms, end_ms = span
    assert select(device, start_ms, end_ms, level).file_stem == stem


class TestParquet:
    @pytest.fixture(autouse=True)
    def pyarrow(self):
        pytest.importorskip("pyarrow")

    def read(self, device, **what):
        from pyarrow import BufferReader, parquet

        return parquet.read_table(BufferReader(exported(device, "parquet", **what)))

    def test_it_holds_times_values_units_and_what_is_missing(self, device):
        put(device, [T], temperature=0.1 + 0.2, humidity=41.3)
        put(device, [T + 123], temperature=21.5)
        table = self.read(device)
        assert table.column("temperature").to_pylist() == [0.1 + 0.2, 21.5]
        assert table.column("humidity").to_pylist() == [41.3, None]
        assert [one.timestamp() for one in table.column("time").to_pylist()] == [T / 1000, T / 1000 + 0.123]
        assert table.schema.field("temperature").metadata == {
            b"unit": "°C".encode(),
            b"label": b"Temperature",
        }

    def test_buckets_have_a_column_for_each_number(self, device):
        put(device, [T, T + 1], temperature=20.0)
        table = self.read(device, level=Level.MINUTE, names=["temperature"])
        names = ["time", *(f"temperature_{part}" for part in ("mean", "min", "max", "count"))]
        assert table.column_names == names
        assert [column.to_pylist()[0] for column in table.columns[1:]] == [20.0, 20.0, 20.0, 2]

    def test_one_without_readings_can_be_read(self, device):
        assert self.read(device).num_rows == 0

    def test_it_comes_in_row_groups(self, device, monkeypatch):
        monkeypatch.setattr("liveapp.exporting.parquet.GROUP_ROWS", 8_192)
        put(device, range(T, T + 10_000), temperature=20.0)
        from pyarrow import BufferReader, parquet

        file = parquet.ParquetFile(BufferReader(exported(device, "parquet")))
        assert [file.metadata.row_group(index).num_rows for index in range(2)] == [8_192, 1_808]
