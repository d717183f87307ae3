"""What processes hold and use, sampled from /proc, and whether it grows."""

import csv
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import linear_regression, mean
from typing import NamedTuple

from benchmarks import cpu

# Before this share of the run caches, rings and pools fill up: that is no growth.
WARM_UP = 0.1
MOST_WARM_UP_S = 180.0
# Flat: over the part that is judged the fitted line rises by less than this,
# or by less than that share of the memory and so much a minute.
ALLOWED_KIB = 2_048
MOST_GROWTH = 0.05
MOST_KIB_PER_MINUTE = 64
# A line through less than this says nothing.
LEAST_JUDGED_S = 120.0
GROWS = "GROWS"


class Sample(NamedTuple):
    """`kib` is the memory that the process itself has written."""

    after_s: float
    kib: int
    files: int
    used_s: float


@dataclass
class Watched:
    """One process over the run. `most_kib` bounds one that is made to grow up to a setting of its own."""

    name: str
    pid: int
    most_kib: int | None = None
    samples: list[Sample] = field(default_factory=list)

    def look(self, after_s: float) -> None:
        """Raises OSError when the process is gone."""
        self.samples.append(Sample(after_s, memory_kib(self.pid), open_files(self.pid), cpu.used_s(self.pid)))

    def judged(self) -> list[Sample]:
        """The samples after the warm-up."""
        end_s = self.samples[-1].after_s
        return [sample for sample in self.samples if sample.after_s >= min(WARM_UP * end_s, MOST_WARM_UP_S)]

    def judged_s(self) -> float:
        judged = self.judged()
        return judged[-1].after_s - judged[0].after_s

    def kib_per_minute(self) -> float:
        judged = self.judged()
        if len(judged) < 2:
            return 0.0
        return 60 * linear_regression([one.after_s for one in judged], [one.kib for one in judged]).slope

    def verdict(self) -> str:
        if self.most_kib is not None:
            return "bounded" if max(one.kib for one in self.samples) <= self.most_kib else GROWS
        if self.judged_s() < LEAST_JUDGED_S:
            return "too short to tell"
        minutes = self.judged_s() / 60
        allowed_kib = min(MOST_GROWTH * mean(one.kib for one in self.judged()), MOST_KIB_PER_MINUTE * minutes)
        is_flat = self.kib_per_minute() * minutes < max(ALLOWED_KIB, allowed_kib)
        return "flat" if is_flat else GROWS

    def cells(self) -> list[str]:
        judged = self.judged()
        middle = judged[len(judged) // 2]
        used = (judged[-1].used_s - judged[0].used_s) / max(0.001, self.judged_s())
        memory = [f"{one.kib / 1024:.1f}" for one in (judged[0], middle, judged[-1])]
        files = f"{judged[0].files} → {judged[-1].files}"
        return [
            self.name,
            *memory,
            f"{self.kib_per_minute():+.1f}",
            files,
            f"{100 * used:.0f} %",
            self.verdict(),
        ]


HEAD = [
    "process",
    "MiB after warm-up",
    "half-way",
    "at the end",
    "KiB a minute",
    "open files",
    "CPU",
    "memory",
]


def memory_kib(pid: int) -> int:
    """What the process itself has written, in KiB: pages of libraries count by who else runs, and say nothing."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss_Anon:"):
            return int(line.split()[1])
    raise ProcessLookupError(f"/proc/{pid}/smaps_rollup has no Pss_Anon: the process has ended")


def open_files(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/fd"))


def table(watched: Iterable[Watched]) -> str:
    """Markdown."""
    lines = [HEAD, ["---"] * len(HEAD), *(one.cells() for one in watched)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def write_csv(file: Path, watched: Sequence[Watched], counted: Sequence[Mapping[str, int]]) -> None:
    """A row for each process and sample; beside it what all had done by then (`counted`, one for each sample)."""
    with file.open("w", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["process", *Sample._fields, *counted[0]])
        for one in watched:
            writer.writerows(
                [one.name, *sample, *counts.values()]
                for sample, counts in zip(one.samples, counted, strict=False)
            )


class Clock:
    """Seconds since the start."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    def after_s(self) -> float:
        return time.monotonic() - self._start
