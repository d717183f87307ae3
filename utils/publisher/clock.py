"""What time it was, on a board that boots without knowing it.

Each reading is stamped twice: with the wall clock, which may be wrong and may be set at any moment, and with the time
since the kernel started, which never jumps. The server's `welcome` tells the right time; together with the time since
the start it makes an *anchor*, and an anchor dates every reading of the same boot, those before it too.
"""

import logging
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

log = logging.getLogger(__name__)

TOLERANCE_MS = 2000
# Older than this program: a clock that says so has not been set since the board started.
PLAUSIBLE_FROM_MS = 1_735_689_600_000  # 2025-01-01
BOOT_ID_FILE = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True)
class Stamp:
    """A moment on this board: `wall_ms` since 1970 as the clock says, `mono_ms` since the kernel started."""

    wall_ms: int
    mono_ms: int


@dataclass(frozen=True)
class Anchor:
    """The server's time `server_ms` at the moment `mono_ms` of one boot."""

    server_ms: int
    mono_ms: int

    @property
    def started_ms(self) -> int:
        """The right time, in ms since 1970, at which the kernel started."""
        return self.server_ms - self.mono_ms

    def date(self, stamp: Stamp) -> tuple[int, int]:
        """The time of a reading and the correction in it, both in ms; a clock within 2 s is left as it is."""
        correction_ms = self.started_ms + stamp.mono_ms - stamp.wall_ms
        if abs(correction_ms) <= TOLERANCE_MS:
            return stamp.wall_ms, 0
        return stamp.wall_ms + correction_ms, correction_ms


def anchor_of_greeting(server_ms: int, *, asked: Stamp, received: Stamp, round_trip_ms: float = 0) -> Anchor:
    """An anchor from a greeting in which the server wrote `server_ms` at some moment between `asked` and `received`.

    A greeting held up on its way makes a right clock look as if it were ahead, by as much as the greeting took: so far
    the clock is believed. Else the server wrote it half a round trip before it was read.
    """
    anchor = Anchor(server_ms + round(round_trip_ms / 2), received.mono_ms)
    ahead_ms = received.wall_ms - anchor.server_ms
    if TOLERANCE_MS < ahead_ms <= received.mono_ms - asked.mono_ms + TOLERANCE_MS:
        return Anchor(received.wall_ms, received.mono_ms)
    return anchor


def guess_anchor(last: Stamp, *, not_before_ms: int, next_start_ms: int) -> Anchor:
    """An anchor for a boot that never met the server, from its last reading.

    Its clock is believed where it is possible: after all that is known of earlier boots (`not_before_ms`) and before
    the next boot began. Otherwise its last reading is put where that next boot began: the distances between its
    readings are kept, and the error is at most the time the board was off, or without a server, in between.
    """
    if max(not_before_ms, PLAUSIBLE_FROM_MS) <= last.wall_ms <= next_start_ms:
        return Anchor(last.wall_ms, last.mono_ms)
    return Anchor(next_start_ms, last.mono_ms)


def read_wall_ms() -> int:
    """The board's wall clock in ms since 1970."""
    return time.time_ns() // 1_000_000


def read_mono_ms() -> int:
    """Milliseconds since the kernel started, time asleep included where the system can tell."""
    # Through getattr, because only Linux has it: elsewhere a publisher is only tried out.
    clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return time.clock_gettime_ns(clock) // 1_000_000


def read_boot_id() -> str:
    """A name for this boot; where the kernel has none, one for this process."""
    try:
        return BOOT_ID_FILE.read_text().strip()
    except OSError:
        return f"process-{uuid.uuid4()}"


@dataclass
class BoardClock:
    """The board's two clocks. `offset_file` holds milliseconds to add to the wall clock: for rehearsals only."""

    wall_ms: Callable[[], int] = read_wall_ms
    mono_ms: Callable[[], int] = read_mono_ms
    boot_id: str = field(default_factory=read_boot_id)
    offset_file: Path | None = None
    _last: Stamp | None = None
    _offset_now_ms: int = 0
    _complained: bool = False

    def now(self) -> Stamp:
        """This moment on both clocks; a wall clock that was set since the last call is logged."""
        stamp = Stamp(self.wall_ms() + self._offset_ms(), self.mono_ms())
        if self._last is not None:
            self._notice_step(self._last, stamp)
        self._last = stamp
        return stamp

    def _notice_step(self, last: Stamp, stamp: Stamp) -> None:
        step_ms = (stamp.wall_ms - last.wall_ms) - (stamp.mono_ms - last.mono_ms)
        if abs(step_ms) > TOLERANCE_MS:
            way = "forward" if step_ms > 0 else "back"
            log.warning(
                "The board's clock was set %s by %.1f s. The server's time decides.", way, abs(step_ms) / 1000
            )

    def _offset_ms(self) -> int:
        if self.offset_file is not None:
            try:
                self._offset_now_ms = int(self.offset_file.read_text())
                self._complained = False
            except (OSError, ValueError) as error:
                self._complain(error)
        return self._offset_now_ms

    def _complain(self, error: Exception) -> None:
        if not self._complained:
            log.warning(
                "The clock file should hold a whole number of milliseconds: %s. Keeping the last one.", error
            )
        self._complained = True
