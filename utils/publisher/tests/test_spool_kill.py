"""What was committed is there after `kill -9`, each reading once."""

import subprocess
import sys
from pathlib import Path

from utils.publisher.clock import Anchor
from utils.publisher.spool import Spool

ROOT = Path(__file__).parents[3]


def kill_after(path: Path, lines: int, *options: str) -> int:
    """Run a hoarder, kill it after so many lines; returns the last number it told to be committed."""
    command = [sys.executable, "-m", "utils.publisher.tests.hoard", str(path), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as hoarder:
        assert hoarder.stdout is not None
        told = [int(hoarder.stdout.readline()) for _ in range(lines)]
        hoarder.kill()
        # What it still told before the kill counts as well: a promise is a promise.
        rest = [int(line) for line in hoarder.stdout.read().splitlines(keepends=True) if line.endswith("\n")]
    return (told + rest)[-1]


def found(path: Path) -> list[int]:
    """The numbers in the spool, as the next publisher finds them."""
    spool = Spool(path, boot_id="boot-2")
    spool.settle(Anchor(1_763_650_000_000, 0))
    readings = spool.oldest(1_000_000)
    spool.close()
    assert len({reading.time_ms for reading in readings}) == len(readings)
    return [reading.seq for reading in readings]


def test_nothing_committed_is_lost_or_doubled_by_kill_9(tmp_path):
    path, told = tmp_path / "spool.db", 0
    for lines in (3, 11, 27, 40):
        told = kill_after(path, lines)
        seqs = found(path)
        assert seqs == list(range(1, len(seqs) + 1))
        assert len(seqs) >= told


def test_a_spool_that_told_too_early_would_be_found_out(tmp_path):
    told = kill_after(tmp_path / "spool.db", 1, "--boast")
    assert len(found(tmp_path / "spool.db")) < told
