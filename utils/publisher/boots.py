"""Which start of the board a reading belongs to, and what time it was then: the spool's table of boots."""

import sqlite3

from .clock import Anchor, Stamp, guess_anchor


def number_of(db: sqlite3.Connection, boot_id: str) -> int:
    """The number of the boot called `boot_id`; numbers grow with time."""
    # A card that was in another board meanwhile begins a new number: only boots before it are ever guessed at.
    db.execute(
        "UPDATE boots SET boot_id = boot_id || ' until ' || boot "
        "WHERE boot_id = ? AND boot < (SELECT max(boot) FROM boots)",
        (boot_id,),
    )
    db.execute("INSERT OR IGNORE INTO boots (boot_id) VALUES (?)", (boot_id,))
    return int(db.execute("SELECT boot FROM boots WHERE boot_id = ?", (boot_id,)).fetchone()[0])


def save_anchor(db: sqlite3.Connection, boot: int, anchor: Anchor) -> None:
    """Remember what time it was in `boot`."""
    db.execute(
        "UPDATE boots SET server_ms = ?, mono_ms = ? WHERE boot = ?", (anchor.server_ms, anchor.mono_ms, boot)
    )


def anchors(db: sqlite3.Connection) -> dict[int, Anchor]:
    """All anchors known, by boot."""
    rows = db.execute("SELECT boot, server_ms, mono_ms FROM boots WHERE server_ms IS NOT NULL")
    return {boot: Anchor(server_ms, mono_ms) for boot, server_ms, mono_ms in rows}


def guess_earlier(db: sqlite3.Connection, boot: int, started_ms: int) -> None:
    """Give the boots before `boot`, which began at `started_ms`, an anchor each as well as can be, the latest first.

    Only those need one that never met the server and have readings to send; boots of no further use are forgotten.
    """
    # The latest boot before this one stays: what is known of it bounds the guesses after it.
    db.execute("DELETE FROM boots WHERE boot < ? AND boot NOT IN (SELECT boot FROM readings)", (boot - 1,))
    unknown = "SELECT boot FROM boots WHERE server_ms IS NULL AND boot < ? ORDER BY boot DESC"
    for (earlier,) in db.execute(unknown, (boot,)).fetchall():
        last = db.execute(
            "SELECT wall_ms, mono_ms FROM readings WHERE boot = ? ORDER BY seq DESC LIMIT 1", (earlier,)
        ).fetchone()
        if last is not None:
            anchor = guess_anchor(
                Stamp(*last), not_before_ms=_known_before(db, earlier), next_start_ms=started_ms
            )
            save_anchor(db, earlier, anchor)
            started_ms = anchor.started_ms


def _known_before(db: sqlite3.Connection, boot: int) -> int:
    row = db.execute("SELECT max(server_ms) FROM boots WHERE boot < ?", (boot,)).fetchone()
    return int(row[0] or 0)
