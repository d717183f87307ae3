"""`python -m benchmarks` from end to end, on sizes too small to tell anything about speed."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.processes import ROOT


def measure(part: str, file: Path) -> tuple[str, list[dict[str, Any]]]:
    """What was printed, and the rows with their samples."""
    options = ["--quick", "--only", part, "--database", "SQLite", "--window", "0.1", "--json", str(file)]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, json.loads(file.read_text())["rows"]


def test_quick_ingest_run_ends_with_its_table_and_samples(tmp_path: Path) -> None:
    printed, rows = measure("ingest", tmp_path / "samples.json")
    for batch in ("1", "100", "1,000"):
        assert f"| SQLite, 30 boards, {batch} a message " in printed
    assert "| SQLite, store alone, 1,000 a commit " in printed
    assert len(rows) == 7
    assert all(min(*row["ours"], *row["other"]) > 0 for row in rows)


def test_quick_history_run_asks_for_each_span(tmp_path: Path) -> None:
    printed, rows = measure("history", tmp_path / "samples.json")
    assert "| SQLite, 24 h (minute, ≤ 720 points), median " in printed
    assert "SQLite: 108,000 readings, one a second: 1 days of one board" in printed
    assert len(rows) == 8
