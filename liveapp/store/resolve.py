"""Where a reading goes when its millisecond is occupied. Pure: the slots are handed in."""

from collections.abc import Callable, Iterable, Mapping, MutableMapping

from liveapp.models.reading import TIME_MASK, time_of
from liveapp.store.base import Kind, Outcome, Row, Values

MOST_STEPS = 1_000


class Slots:
    """What is stored around some keys, loaded when first looked at.

    `load_range(start, end)` returns the stored rows with start ≤ key < end.
    """

    def __init__(
        self, held: Iterable[Row], keys: Iterable[int], load_range: Callable[[int, int], Iterable[Row]]
    ) -> None:
        self._held: MutableMapping[int, Values] = {row.key: dict(row.values) for row in held}
        self._loaded = set(keys)
        self._ranges: list[tuple[int, int]] = []
        self._load_range = load_range
        self.inserted: set[int] = set()
        self.merged: dict[int, Values] = {}

    def __getitem__(self, key: int) -> Values | None:
        if key not in self._loaded and not any(start <= key < end for start, end in self._ranges):
            end = key + MOST_STEPS
            for row in self._load_range(key, end):
                # What is here already may hold more: rows placed in this round.
                self._held.setdefault(row.key, dict(row.values))
            self._ranges.append((key, end))
        return self._held.get(key)

    def put(self, key: int, values: Values) -> None:
        self._held[key] = dict(values)
        self.inserted.add(key)

    def merge(self, key: int, added: Values) -> None:
        self._held[key] |= added
        if key not in self.inserted:
            self.merged.setdefault(key, {}).update(added)

    def rows(self) -> list[Row]:
        """The rows to insert, with all that was merged into them."""
        return [Row(key, self._held[key]) for key in sorted(self.inserted)]


def place(row: Row, slots: Slots) -> Outcome:
    """Equal values are a duplicate, missing metrics are merged in, a contradiction moves on a millisecond.

    Sent again, the same row walks the same way and ends as a duplicate of itself.
    """
    last = min(time_of(row.key) + MOST_STEPS, TIME_MASK) - time_of(row.key)
    for key in range(row.key, row.key + last):
        held = slots[key]
        if held is None:
            slots.put(key, row.values)
            return Outcome(Kind.STORED, key, row.values)
        added = missing_from(held, row.values)
        if added is None:
            continue
        if not added:
            return Outcome(Kind.DUPLICATE, key)
        slots.merge(key, added)
        return Outcome(Kind.STORED, key, added)
    return Outcome(Kind.CROWDED, row.key)


def missing_from(held: Mapping[str, float], values: Values) -> Values | None:
    """The metrics that `held` lacks; None when it contradicts one that both have."""
    if any(held.get(name, value) != value for name, value in values.items()):
        return None
    return {name: value for name, value in values.items() if name not in held}
