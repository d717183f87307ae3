"""`python -m benchmarks` from end to end, on sizes too small to tell anything about speed."""

import json
import subprocess
import sys
from pathlib import Path

from tests.processes import ROOT


def test_quick_ingest_run_ends_with_its_table_and_samples(tmp_path: Path) -> None:
    file = tmp_path / "samples.json"
    options = ["--quick", "--only", "ingest", "--database", "SQLite", "--window", "0.1", "--json", str(file)]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rows = json.loads(file.read_text())["rows"]
    for batch in ("1", "100", "1,000"):
        assert f"| SQLite, 30 boards, {batch} a message " in done.stdout
    assert "| SQLite, store alone, 1,000 a commit " in done.stdout
    assert len(rows) == 7
    assert all(min(*row["ours"], *row["other"]) > 0 for row in rows)
