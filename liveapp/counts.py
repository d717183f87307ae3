"""What one process has counted since its start. Plain numbers: counting waits for nobody, reading is seldom."""

from collections import Counter
from dataclasses import dataclass, field

from prometheus_client import Histogram, disable_created_metrics

LAG_BUCKETS_S = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)
COMMIT_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
COMMIT_BUCKETS_ROWS = (1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000)

# When a count began is the start of its process, which is told once.
disable_created_metrics()  # type: ignore[no-untyped-call]


def _histogram(name: str, text: str, buckets: tuple[float, ...]) -> Histogram:
    # In no registry: a process that is opened again, as in tests, begins anew.
    return Histogram(name, text, registry=None, buckets=buckets)


@dataclass
class Counts:
    """`rejected` and `refused` are by code of the wire, `gaps` by reason, `commits` and `sent` by how they ended."""

    received: int = 0
    stored: int = 0
    duplicates: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    commits: Counter[str] = field(default_factory=Counter)
    rows_waiting: int = 0
    frames_sent: int = 0
    gaps: Counter[str] = field(default_factory=Counter)
    sent: Counter[str] = field(default_factory=Counter)
    heard: int = 0
    commit_seconds: Histogram = field(
        default_factory=lambda: _histogram(
            "sense_live_commit_seconds", "How long a commit of readings took.", COMMIT_BUCKETS_S
        )
    )
    commit_rows: Histogram = field(
        default_factory=lambda: _histogram(
            "sense_live_commit_rows", "How many readings a commit took.", COMMIT_BUCKETS_ROWS
        )
    )
    loop_lag_seconds: Histogram = field(
        default_factory=lambda: _histogram(
            "sense_live_event_loop_lag_seconds", "How late the event loop ran what was due.", LAG_BUCKETS_S
        )
    )
