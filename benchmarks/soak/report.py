"""What is said at the end, and whether all is well."""

import sqlite3
from typing import NamedTuple

from pymongo.errors import PyMongoError

from benchmarks.soak.run import Soak
from benchmarks.soak.stack import MONGOD_MOST_KIB
from benchmarks.soak.watch import ALLOWED_KIB, GROWS, MOST_GROWTH, MOST_KIB_PER_MINUTE, table

TRACEBACK = "Traceback (most recent call last)"
TRACEBACK_CHARACTERS = 2_000
CRITERION = (
    f"Flat: after the warm-up (a tenth, at most three minutes) the fitted line rises by less than {ALLOWED_KIB:,} KiB, "
    f"or by less than {MOST_GROWTH:.0%} and {MOST_KIB_PER_MINUTE} KiB a minute.\n"
    f"Bounded: never more than {MONGOD_MOST_KIB // 1024} MiB; mongod's cache alone may take 256 MiB."
)


class Verdict(NamedTuple):
    """`said` names what was judged."""

    said: str
    fine: bool


def tell(soak: Soak) -> bool:
    """Prints what was seen; whether all is well. Asks the database, so it has to run still."""
    if soak.is_cut_short:
        print("Cut short; this is what was seen so far.\n")
    print(f"{table(soak.stack.watched)}\n\n{CRITERION}\n")
    verdicts = [_memory(soak), _readings(soak), _dashboards(soak), _logs(soak)]
    if soak.failure:
        verdicts.append(Verdict(f"The run: BROKE OFF, {soak.failure}.", False))
    print("\n" + " ".join(verdict.said for verdict in verdicts), flush=True)
    return all(verdict.fine for verdict in verdicts)


def _memory(soak: Soak) -> Verdict:
    found = [watched.verdict() for watched in soak.stack.watched]
    if GROWS in found:
        return Verdict("Memory: GROWS.", False)
    return Verdict("Memory: flat." if "flat" in found else "Memory: too short to tell.", True)


def _readings(soak: Soak) -> Verdict:
    sent, acknowledged = soak.crowd.counts["sent"], soak.crowd.counts["acknowledged"]
    try:
        stored = soak.stack.stored()
    except (PyMongoError, sqlite3.Error) as error:
        return Verdict(f"Readings: COULD NOT BE COUNTED, {error}.", False)
    print(f"{sent:,} readings sent, {acknowledged:,} acknowledged, {stored:,} in the database.")
    fine = sent == acknowledged == stored
    return Verdict("Readings: exact." if fine else "Readings: NOT EXACT.", fine)


def _dashboards(soak: Soak) -> Verdict:
    counts, heard = soak.crowd.counts, soak.crowd.heard
    print(
        f"{counts['visits']:,} dashboards came; {counts['deaf']:,} of them did not read, {counts['cut off']:,} were "
        f"cut off. They heard {heard['readings']:,} frames, {heard['gap']:,} gaps, {heard['error']:,} errors; the "
        f"servers dropped {counts['dropped']:,} that did read."
    )
    fine = not counts["dropped"] and not heard["error"]
    return Verdict("Dashboards: served." if fine else "Dashboards: NOT SERVED.", fine)


def _logs(soak: Soak) -> Verdict:
    """Shows the first traceback of each."""
    bad = [process for process in soak.stack.ours if TRACEBACK in process.output()]
    for process in bad:
        text = process.output()
        print(f"\nIn the log of {process.name}:\n{text[text.index(TRACEBACK) :][:TRACEBACK_CHARACTERS]}")
    return Verdict("Logs: NOT CLEAN." if bad else "Logs: clean.", not bad)
