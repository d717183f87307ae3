"""The account of one run: what came in, what went out, what was left out."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Counts:
    """Readings, since this publisher started. `left_out` counts single metrics, by reason."""

    taken: int = 0
    empty: int = 0
    sent: int = 0
    stored: int = 0
    duplicates: int = 0
    rejected: int = 0
    refused: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    connected: bool = False
    clock_offset_ms: int | None = None

    def line(self, *, spooled: int, dropped: int, backlog: int) -> str:
        """One line for the log; the three given numbers are the spool's."""
        offset = "unknown" if self.clock_offset_ms is None else f"{self.clock_offset_ms} ms"
        left_out = (
            ", ".join(f"{reason} {count}" for reason, count in sorted(self.left_out.items())) or "nothing"
        )
        return (
            f"{'connected' if self.connected else 'not connected'}; taken {self.taken}, spooled {spooled}, "
            f"sent {self.sent}, stored {self.stored}, duplicates {self.duplicates}, rejected {self.rejected}, "
            f"refused {self.refused}, dropped {dropped}, backlog {backlog}; clock offset {offset}; left out: {left_out}"
        )
