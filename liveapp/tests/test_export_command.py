"""`manage.py export`."""

import sys

import pytest
from django.core.management import CommandError, call_command

from liveapp.tests.doors import put

T = 1_763_673_600_000
HEADER = "time,temperature (°C)"


@pytest.fixture
def kitchen(device):
    device.add_metrics(["temperature"])
    put(device, [T, T + 60_000], temperature=21.5)
    return device


@pytest.fixture
def exported(kitchen, capsysbinary):
    """Exports to standard output; returns its lines."""

    def export(*arguments):
        call_command("export", *arguments)
        return capsysbinary.readouterr().out.decode().splitlines()

    return export


def test_without_a_file_it_goes_to_standard_output(exported):
    assert exported("kitchen") == [HEADER, "2025-11-20T21:20:00.000Z,21.5", "2025-11-20T21:21:00.000Z,21.5"]


@pytest.mark.parametrize(
    "span",
    [
        ("--start", "2025-11-20T21:20:30Z"),
        ("--start", "2025-11-20 21:20:30"),
        ("--start", str(T + 1)),
        ("--start", "2025-11-20T22:20:30+01:00", "--end", "2025-11-21"),
    ],
)
def test_a_span_can_be_named_in_words_or_milliseconds(exported, span):
    assert exported("kitchen", *span) == [HEADER, "2025-11-20T21:21:00.000Z,21.5"]


def test_a_file_is_there_when_it_is_whole(kitchen, tmp_path, capsys):
    file = tmp_path / "kitchen.csv"
    file.write_text("older")
    call_command("export", "kitchen", "--output", str(file))
    assert len(file.read_text().splitlines()) == 3
    assert [path.name for path in tmp_path.iterdir()] == ["kitchen.csv"]
    assert f"kitchen is in {file}." in capsys.readouterr().err


def test_an_export_that_fails_leaves_the_older_file(kitchen, tmp_path, monkeypatch):
    file = tmp_path / "kitchen.csv"
    file.write_text("older")

    def stopped(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr("liveapp.exporting.comma_separated._rows", stopped)
    with pytest.raises(CommandError, match="Stopped before the end"):
        call_command("export", "kitchen", "--output", str(file))
    assert file.read_text() == "older"
    assert [path.name for path in tmp_path.iterdir()] == ["kitchen.csv"]


def test_several_devices_become_files_of_a_folder(kitchen, new_device, tmp_path):
    new_device("cellar")
    call_command(
        "export",
        "kitchen",
        "cellar",
        "--output",
        str(tmp_path / "all"),
        "--start",
        "2025-11-20",
        "--end",
        "2025-11-21",
    )
    names = sorted(path.name for path in (tmp_path / "all").iterdir())
    assert names == ["cellar_2025-11-20_2025-11-21.csv", "kitchen_2025-11-20_2025-11-21.csv"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["kitchn"], "There is no device 'kitchn'"),
        (["kitchen", "--metrics", "co2"], "kitchen has no metric"),
        (["kitchen", "--start", "2025-11-21", "--end", "2025-11-20"], "The start must be before the end"),
        (["kitchen", "--start", "yesterday"], "not a time that can be read. Use 2026-11-21"),
        (["kitchen", "--start", "1763673600"], "1763673600 looks like seconds. Send whole milliseconds"),
        (["kitchen", "--start", "1600-01-01"], "not between 1970 and 2109"),
        (["kitchen", "--format", "xls"], "invalid choice"),
        (["kitchen", "--output", "/nowhere/kitchen.csv"], "The file cannot be written: No such file"),
    ],
)
def test_what_cannot_be_is_refused_in_words(kitchen, arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("export", *arguments)


def test_several_devices_need_a_folder(kitchen, new_device):
    new_device("cellar")
    with pytest.raises(CommandError, match="Name a folder"):
        call_command("export", "kitchen", "cellar")


def test_parquet_is_not_written_to_a_terminal(kitchen, monkeypatch):
    pytest.importorskip("pyarrow")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    with pytest.raises(CommandError, match="Parquet is not for a terminal"):
        call_command("export", "kitchen", "--format", "parquet")


def test_parquet_without_pyarrow_is_refused_with_the_mend(kitchen, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(CommandError, match=r"pip install -r requirements-parquet\.txt"):
        call_command("export", "kitchen", "--format", "parquet")
