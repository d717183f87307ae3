"""`manage.py import`."""

import io
import json
import sys
from importlib import import_module

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from liveapp.clock import now_ms
from liveapp.models import Retention
from liveapp.models.retention import INSTALLATION
from liveapp.tests.doors import BrokenStore, stored

T = 1_763_673_600_000


@pytest.fixture(autouse=True)
def kept_for_ever(database):
    Retention.objects.create(number=INSTALLATION, raw_days=0, minute_days=0, hour_days=0)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "readings.csv"


def load(file, *arguments, device="kitchen"):
    """Imports a file; returns what the command says."""
    out = io.StringIO()
    call_command("import", str(file), "--device", device, *arguments, stdout=out)
    return out.getvalue()


def refusal(file, *arguments, **options):
    """Imports a file that is not taken whole; returns the exit code and the sentence."""
    with pytest.raises(CommandError) as error:
        load(file, *arguments, **options)
    return error.value.returncode, str(error.value)


def test_a_file_is_stored_and_told_of(device, file):
    file.write_text(f"time,temperature,co2\n{T},21.5,640\n{T + 1},21.5,\n")
    assert load(file).splitlines() == [
        "2 readings in the file: 2 new, 0 were there already.",
        "New for this device: co2, temperature. Describe them in the dashboard.",
    ]
    assert stored(device) == {T: {"temperature": 21.5, "co2": 640.0}, T + 1: {"temperature": 21.5}}
    assert load(file) == "2 readings in the file: 0 new, 2 were there already.\n"


def test_what_will_not_be_kept_is_told(device, file):
    Retention.objects.update(raw_days=None)
    file.write_text(f"time,temperature\n{T},21.5\n{now_ms()},21.5\n")
    assert "1 of them are older than readings of this device are kept" in load(file)
    assert len(stored(device)) == 2


def test_standard_input_can_be_imported(device, monkeypatch):
    class In:
        buffer = io.BufferedReader(io.BytesIO(f'{{"time":{T},"humidity":40}}\n'.encode()))

    monkeypatch.setattr(sys, "stdin", In)
    assert load("-").startswith("1 readings in the file: 1 new")


def test_what_is_refused_is_told_and_written_down_and_ends_with_1(device, file, tmp_path, capsys):
    file.write_text(f"time,humidity,co2\n{T},140,640\nnever,1,1\n")
    assert refusal(file, "--refused", str(tmp_path / "refused")) == (1, "Not all of the file could be taken.")
    assert stored(device) == {T: {"co2": 640.0}}
    entries = [json.loads(line) for line in (tmp_path / "refused").read_text().splitlines()]
    assert [(one["line"], one["code"], one.get("metric"), one["text"]) for one in entries] == [
        (3, "invalid_time", None, "never,1,1"),
        (2, "out_of_range", "humidity", f"{T},140,640"),
    ]


def test_hints_are_taken(device, file):
    file.write_bytes("Zeit;Temp °C;Notiz\n20.11.2025 22:20;21,5;x\n".encode("cp1252"))
    hints = ["--map", "Temp °C=temperature", "--ignore", "Notiz", "--time", "Zeit"]
    load(file, *hints, "--timezone", "Europe/Berlin", "--encoding", "cp1252")
    assert stored(device) == {T: {"temperature": 21.5}}


def test_a_dry_run_stores_nothing(device, file):
    file.write_text(f"time,temperature\n{T},21.5\n")
    assert load(file, "--dry-run") == (
        "1 readings in the file. Nothing was stored: this was a dry run.\n"
        "New for this device: temperature. Describe them in the dashboard.\n"
    )
    assert stored(device) == {}


@pytest.mark.parametrize(
    ("content", "sentence"), [("", "nothing in the file"), ("time,Temp °C\n", '--map "Temp °C=temperature"')]
)
def test_a_file_that_cannot_be_read_ends_with_2(device, file, content, sentence):
    file.write_text(content)
    code, said = refusal(file)
    assert code == 2
    assert sentence in said


def test_an_array_that_is_cut_off_ends_with_2(device, file):
    file.write_text(f'[{{"time": {T}, "humidity": 40}},')
    assert refusal(file) == (2, "The file was not read to its end.")
    assert stored(device) == {T: {"humidity": 40.0}}


def test_a_database_that_is_away_ends_with_2_and_what_to_do(device, file, monkeypatch):
    file.write_text(f"time,temperature\n{T},21.5\n")
    command = import_module("liveapp.management.commands.import")
    monkeypatch.setattr(command, "store", lambda: BrokenStore(OperationalError("gone")))
    code, said = refusal(file)
    assert code == 2
    assert "Run it again: nothing is stored twice." in said


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--map", "x"], "use COLUMN=METRIC"),
        (["--timezone", "Mars/Olympus"], "There is no time zone"),
        (["--time-unit", "h"], "invalid choice"),
    ],
)
def test_hints_that_cannot_be_are_refused_in_words(device, file, arguments, sentence):
    file.write_text(f"time,temperature\n{T},21.5\n")
    assert sentence in refusal(file, *arguments)[1]


def test_a_file_or_device_that_is_not_there_is_refused_in_words(device, tmp_path):
    assert "No such file or directory" in refusal(tmp_path / "none")[1]
    assert "manage.py device add cellar" in refusal(tmp_path / "none", device="cellar")[1]
