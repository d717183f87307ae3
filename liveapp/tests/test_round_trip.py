"""Out and in again: bit for bit the same, and never much of it in memory."""

import io
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from liveapp.exporting import FORMATS, select
from liveapp.exporting.selection import ALL_TIME_MS
from liveapp.importing import Hints, Loading, Report, opened
from liveapp.levels import Level
from liveapp.models.reading import key_of
from liveapp.store import Row, store
from liveapp.tests.doors import stored

T = 1_763_673_600_000
NAMES = ("a", "co2", "soil_1")
# Both are several pages and batches.
PAGE = 1_000
COUNTS = (4_000, 20_000)
# Not what a board without a clock could mean and a logger's seconds as well.
TIMES = some.integers(0, 10**9 - 1) | some.integers(10**10, T)
VALUES = some.dictionaries(
    some.sampled_from(NAMES), some.floats(allow_nan=False, allow_infinity=False), min_size=1
)


@pytest.fixture
def device(device):
    device.add_metrics(NAMES)
    return device


def exported(device, form):
    return FORMATS[form].chunks(select(device, 0, ALL_TIME_MS, Level.RAW))


def load(device, content):
    loading = Loading(device, opened(content, Hints()).findings)
    while batch := loading.take():
        loading.settle(batch, store().commit(batch.rows))
    return loading.report


def store_all(device, readings):
    store().commit([Row(key_of(device.number, time_ms), values) for time_ms, values in readings.items()])


def bits(device):
    return {
        time_ms: {name: value.hex() for name, value in values.items()}
        for time_ms, values in stored(device).items()
    }


@pytest.mark.parametrize("form", ["csv", "ndjson"])
def test_what_is_exported_comes_back_to_the_last_bit(new_device, form):
    @settings(max_examples=40, deadline=None)
    @given(readings=some.dictionaries(TIMES, VALUES, max_size=20))
    def check(readings):
        numbers = len(ids)
        source, copy = (new_device(f"{name}-{numbers}")[0] for name in ("source", "copy"))
        ids.append(source.id)
        source.add_metrics(NAMES)
        store_all(source, readings)
        content = b"".join(exported(source, form))
        if not content:
            return
        again, first = load(source, io.BytesIO(content)), load(copy, io.BytesIO(content))
        assert (again.stored, again.duplicates, again.refused) == (0, len(readings), {})
        assert (first.stored, first.duplicates, first.refused) == (len(readings), 0, {})
        assert bits(copy) == bits(source)

    ids: list[str] = []
    check()


class Endless(io.RawIOBase):
    """A file that an export writes while an import reads it."""

    def __init__(self, chunks):
        self._chunks = chunks
        self._rest = b""

    def read(self, size=-1):
        while not self._rest and (chunk := next(self._chunks, b"")):
            self._rest = chunk
        part, self._rest = self._rest[:size], self._rest[size:]
        return part


def peak_bytes(work):
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


@pytest.mark.parametrize("form", ["csv", "ndjson"])
def test_five_times_as_many_readings_take_no_more_memory(device, form, monkeypatch):
    """Made up page by page, through an export into an import that stores nothing."""
    monkeypatch.setattr("liveapp.exporting.records.PAGE", PAGE)
    peaks = []
    for count in COUNTS:
        monkeypatch.setattr(store(), "scan", scanned(count))
        reports: list[Report] = []

        def work(reports=reports):
            loading = Loading(device, opened(Endless(exported(device, form)), Hints()).findings, is_dry=True)
            while loading.take():
                pass
            reports.append(loading.report)

        peaks.append(peak_bytes(work))
        assert (reports[0].read, reports[0].refused) == (count, {})
    assert peaks[1] < peaks[0] * 1.2


def test_a_parquet_of_five_times_as_many_readings_takes_no_more_memory(device, monkeypatch):
    pytest.importorskip("pyarrow")
    monkeypatch.setattr("liveapp.exporting.parquet.GROUP_ROWS", PAGE)
    monkeypatch.setattr("liveapp.exporting.parquet.BATCH_ROWS", PAGE)
    monkeypatch.setattr("liveapp.exporting.records.PAGE", PAGE)
    peaks = []
    for count in COUNTS:
        monkeypatch.setattr(store(), "scan", scanned(count))
        peaks.append(peak_bytes(lambda: [len(chunk) for chunk in exported(device, "parquet")]))
    assert peaks[1] < peaks[0] * 1.2


def scanned(count):
    def scan(start_key, end_key, limit):
        start = key_of(start_key >> 42, T) if start_key & (1 << 42) - 1 == 0 else start_key
        first = start & (1 << 42) - 1
        return [
            Row(start + offset, {"a": offset * 0.1, "co2": 640.5})
            for offset in range(min(limit, T + count - first))
        ]

    return scan
