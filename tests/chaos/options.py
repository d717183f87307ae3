"""What one run is to be like."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """`rate` is readings a second of each board, `every_s` the mean time between two faults.

    Fewer readings than `at_least` are a failure. With `page` a real browser is among the dashboards.
    """

    seed: int
    minutes: float = 4.0
    publishers: int = 10
    rate: float = 50.0
    stack: str = "full"
    mongodb: str = "replica"
    every_s: float = 2.0
    at_least: int = 0
    page: bool = True

    @property
    def seconds(self) -> float:
        return self.minutes * 60

    def board(self) -> list[str]:
        """Every reading tells itself from all others; the spool is written often, for a kill costs what was not."""
        return [
            *("--simulator-sequence", "--interval", f"{1 / self.rate:.4f}", "--commit-interval", "0.1"),
            *("--reconnect-limit", "2", "--ack-timeout", "8"),
        ]
