"""How far a long command is: on a terminal all the time, else in a line now and then."""

import sys
import time
from typing import TextIO

TERMINAL_S = 0.2
ELSEWHERE_S = 10.0


class Progress:
    """Tells how many of `what`, how fast, and how much of the whole where that is known."""

    def __init__(self, what: str, stream: TextIO | None = None) -> None:
        self._what = what
        self._stream = stream or sys.stderr
        self._is_terminal = self._stream.isatty()
        self._every_s = TERMINAL_S if self._is_terminal else ELSEWHERE_S
        self._began_s = self._told_s = time.monotonic()
        self._width = 0

    def tell(self, count: int, share: float | None = None) -> None:
        """`share` is from 0 to 1. Cheap: most calls say nothing."""
        now_s = time.monotonic()
        if now_s - self._told_s < self._every_s:
            return
        self._told_s = now_s
        rate = count / (now_s - self._began_s)
        done = "" if share is None else f", {share:.0%}"
        self._write(f"{count:,} {self._what}{done}, {rate:,.0f} a second")

    def _write(self, line: str) -> None:
        if self._is_terminal:
            self._stream.write(f"\r{line:<{self._width}}")
            self._width = len(line)
        else:
            self._stream.write(f"{line}\n")
        self._stream.flush()

    def clear(self) -> None:
        """The end: what is said next has the line for itself."""
        if self._width:
            self._stream.write(f"\r{'':<{self._width}}\r")
            self._stream.flush()
