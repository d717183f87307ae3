"""What became of a file: how many readings are new, and what was refused and why."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from liveapp.importing.found import Found, Problem

EXAMPLES = 3


class Example(NamedTuple):
    line: int
    problem: Problem


@dataclass
class Refused:
    """All that was refused with one code, and the first few of them."""

    count: int = 0
    examples: list[Example] = field(default_factory=list)

    def add(self, line: int, problem: Problem) -> None:
        self.count += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append(Example(line, problem))


def _nobody(found: Found, problem: Problem) -> None:
    """Nobody wants to hear of each."""


@dataclass
class Report:
    """`read` is of readings; of those `stored` are new here, `duplicates` were there, and the rest was refused.

    `older_than_kept` are those that will be deleted again: readings are not kept for that long. `refused` has, by code,
    also single metrics of readings that were taken. `broken` says why the end was not read.
    """

    read: int = 0
    stored: int = 0
    duplicates: int = 0
    older_than_kept: int = 0
    refused: dict[str, Refused] = field(default_factory=dict)
    metrics: list[str] = field(default_factory=list)
    broken: str = ""
    on_refused: Callable[[Found, Problem], None] = _nobody

    @property
    def is_all_there(self) -> bool:
        return not self.refused and not self.broken

    def refuse(self, found: Found, problem: Problem) -> None:
        self.refused.setdefault(problem.code, Refused()).add(found.line, problem)
        self.on_refused(found, problem)

    def counts(self) -> dict[str, int]:
        return {"read": self.read, "stored": self.stored, "duplicates": self.duplicates}

    def describe(self) -> dict[str, Any]:
        return {
            **self.counts(),
            "older_than_kept": self.older_than_kept,
            "refused": [
                {
                    "code": code,
                    "count": one.count,
                    "examples": [_described(example) for example in one.examples],
                }
                for code, one in self.refused.items()
            ],
            "metrics": self.metrics,
        }

    def lines(self, *, is_dry: bool) -> Iterator[str]:
        """For people."""
        if is_dry:
            yield f"{self.read:,} readings in the file. Nothing was stored: this was a dry run."
        else:
            taken = f"{self.stored:,} new, {self.duplicates:,} were there already"
            yield f"{self.read:,} readings in the file: {taken}."
        if self.older_than_kept:
            yield (
                f"{self.older_than_kept:,} of them are older than readings of this device are kept: they are deleted "
                "again soon, their hours and days stay. To keep them, set how long readings are kept, then import anew."
            )
        if self.metrics:
            yield f"New for this device: {', '.join(self.metrics)}. Describe them in the dashboard."
        for code, one in self.refused.items():
            yield f"Refused as {code}: {one.count:,}"
            yield from (f"  line {example.line}: {example.problem.detail}" for example in one.examples)
        if self.broken:
            yield self.broken


def _described(example: Example) -> dict[str, Any]:
    metric = {} if example.problem.metric is None else {"metric": example.problem.metric}
    return {"line": example.line, **metric, "detail": example.problem.detail}
