"""Rows of figures: ours, the other way, their ratio, and what the design promises."""

import json
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True)
class Promise:
    """A limit for the ratio ("50 × faster") or for our own figure ("20 µs"), and how to say it."""

    text: str
    least_ratio: float | None = None
    most_ours: float | None = None


@dataclass(frozen=True)
class Row:
    """Samples of one comparison, in `unit`. `ratio` is how many times better ours is."""

    what: str
    unit: str
    ours: Sequence[float]
    other_way: str
    other: Sequence[float]
    promise: Promise | None = None
    less_is_better: bool = False

    @property
    def ratio(self) -> float | None:
        """Of each repetition's pair, in the middle: noise hits both alike. None where it hides a cost altogether."""
        if min(*self.ours, *self.other) <= 0:
            return None
        pairs = zip(self.ours, self.other, strict=True)
        return median(theirs / mine if self.less_is_better else mine / theirs for mine, theirs in pairs)

    def verdict(self) -> str:
        if self.promise is None:
            return "–"
        if self.ratio is None:
            return f"{self.promise.text}: lost in the noise"
        least, most = self.promise.least_ratio, self.promise.most_ours
        kept = (least is None or self.ratio >= least) and (most is None or median(self.ours) <= most)
        return f"{self.promise.text}: {'kept' if kept else 'NOT KEPT'}"

    def cells(self) -> list[str]:
        ratio = "–" if self.ratio is None else f"{self.ratio:.3g}"
        ours, other = (figure(median(samples), self.unit) for samples in (self.ours, self.other))
        return [self.what, ours, self.other_way, other, ratio, self.verdict()]

    def describe(self) -> dict[str, object]:
        return {**asdict(self), "ratio": self.ratio, "verdict": self.verdict()}


HEAD = ["what", "ours", "the other way", "its figure", "ratio", "promised"]


def figure(value: float, unit: str) -> str:
    number = f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 1 else f"{value:.2f}"
    return f"{number} {unit}"


def table(rows: Iterable[Row]) -> str:
    """Markdown, aligned for the terminal."""
    cells = [HEAD, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEAD))]
    lines = [_line(text.ljust(width) for text, width in zip(line, widths, strict=True)) for line in cells]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def write_json(file: Path, rows: Iterable[Row], notes: Sequence[str], *, seconds: float) -> None:
    machine = {"cores": os.cpu_count(), "system": platform.system(), "python": platform.python_version()}
    content = {"machine": machine, "seconds": round(seconds), "notes": notes}
    file.write_text(json.dumps({**content, "rows": [row.describe() for row in rows]}, indent=2) + "\n")
