"""The outcome of a run as tables, and one line that says it all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tests.chaos.dashboard import Dashboard
from tests.chaos.options import Options
from tests.chaos.verdict import Outcome


def render(outcome: Outcome, options: Options) -> str:
    blocks = [
        table(("fault", "of", "times", "down"), _faults(outcome)),
        table(
            ("board", "taken", "missing", "double", "unknown", "cut off before the spool"), _boards(outcome)
        ),
        table(
            ("dashboard", "shown", "connections", "gaps", "history asked", "failed", "equals"),
            _viewers(outcome),
        ),
        "" if outcome.on_page is None else f"the page in the browser holds {outcome.on_page} readings",
        "\n".join(f"memory of {name}: {text}" for name, text in outcome.memory.items()),
        "\n".join(f"WRONG: {sentence}" for sentence in outcome.wrong),
        verdict_line(outcome, options),
    ]
    return "\n\n".join(block for block in blocks if block)


def verdict_line(outcome: Outcome, options: Options) -> str:
    good = sum(not outcome.differences.get(one.name) for one in outcome.dashboards)
    stack = f"full ({options.mongodb} MongoDB)" if options.stack == "full" else options.stack
    return (
        f"{'GOOD' if not outcome.wrong else 'BAD'}: {stack}, seed {options.seed}: {len(outcome.faults)} faults, "
        f"{outcome.taken} readings, {outcome.total('missing')} missing, {outcome.total('double')} double, "
        f"{outcome.total('unknown')} unknown, {good} of {len(outcome.dashboards)} dashboards equal to the store, "
        f"{len(outcome.wrong)} complaints"
    )


def _faults(outcome: Outcome) -> Iterable[Sequence[object]]:
    for kind, what in sorted({(done.kind, done.what) for done in outcome.faults}):
        downs_s = [done.down_s for done in outcome.faults if (done.kind, done.what) == (kind, what)]
        yield what, kind, len(downs_s), f"{sum(downs_s):.1f} s"
    yield "passed over", "(busy)", outcome.passed_over, ""


def _boards(outcome: Outcome) -> Iterable[Sequence[object]]:
    for name, one in outcome.boards.items():
        yield name, one.taken, len(one.missing), len(one.double), len(one.unknown), one.lines_replaced


def _viewers(outcome: Outcome) -> Iterable[Sequence[object]]:
    return (_viewer(one, not outcome.differences.get(one.name)) for one in outcome.dashboards)


def _viewer(one: Dashboard, equal: bool) -> Sequence[object]:
    asked, failed = one.backfill.asked, one.backfill.failed
    return one.name, one.picture.count(), one.connections, one.gaps, asked, failed, "yes" if equal else "NO"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [list(head), *([str(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
