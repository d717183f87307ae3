import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liveapp.models.reading import TIME_MASK, key_of, time_of
from liveapp.store import Kind, Outcome, Row
from liveapp.store.resolve import MOST_STEPS, Slots, missing_from, place

KEY = key_of(7, 1763673600000)


def slots_with(held, keys=()):
    """Slots over some stored rows, as an engine would load them."""
    stored = {row.key: row.values for row in held}

    def load_range(start, end):
        return [Row(key, values) for key, values in stored.items() if start <= key < end]

    return Slots([row for row in held if row.key in keys], keys, load_range)


def test_free_millisecond_takes_the_reading():
    slots = slots_with([])
    assert place(Row(KEY, {"a": 1.0}), slots) == Outcome(Kind.STORED, KEY, {"a": 1.0})
    assert slots.rows() == [Row(KEY, {"a": 1.0})]


def test_equal_values_are_a_duplicate():
    slots = slots_with([Row(KEY, {"a": 1.0})])
    assert place(Row(KEY, {"a": 1.0}), slots) == Outcome(Kind.DUPLICATE, KEY)
    assert (slots.rows(), slots.merged) == ([], {})


def test_part_of_what_is_stored_is_a_duplicate():
    slots = slots_with([Row(KEY, {"a": 1.0, "b": 2.0})])
    assert place(Row(KEY, {"b": 2.0}), slots).kind is Kind.DUPLICATE


def test_missing_metric_is_merged_in():
    slots = slots_with([Row(KEY, {"a": 1.0})])
    assert place(Row(KEY, {"a": 1.0, "b": 2.0}), slots) == Outcome(Kind.STORED, KEY, {"b": 2.0})
    assert (slots.rows(), slots.merged) == ([], {KEY: {"b": 2.0}})


def test_contradiction_moves_to_the_next_free_millisecond():
    slots = slots_with([Row(KEY, {"a": 1.0}), Row(KEY + 1, {"a": 2.0})])
    assert place(Row(KEY, {"a": 3.0}), slots) == Outcome(Kind.STORED, KEY + 2, {"a": 3.0})


def test_contradiction_sent_again_is_a_duplicate_of_itself():
    slots = slots_with([Row(KEY, {"a": 1.0})])
    first = place(Row(KEY, {"a": 2.0}), slots)
    assert place(Row(KEY, {"a": 2.0}), slots) == Outcome(Kind.DUPLICATE, first.key)


def test_reading_merged_into_a_new_row_goes_in_with_it():
    slots = slots_with([])
    place(Row(KEY, {"a": 1.0}), slots)
    place(Row(KEY, {"b": 2.0}), slots)
    assert (slots.rows(), slots.merged) == ([Row(KEY, {"a": 1.0, "b": 2.0})], {})


def test_what_was_placed_is_not_forgotten_when_its_surroundings_are_loaded():
    slots = slots_with([Row(KEY, {"a": 1.0}), Row(KEY + 5, {"a": 9.0})], keys=[KEY, KEY + 5])
    place(Row(KEY + 5, {"b": 9.0}), slots)
    place(Row(KEY, {"a": 2.0}), slots)
    assert place(Row(KEY + 5, {"b": 9.0}), slots).kind is Kind.DUPLICATE


def test_place_after_a_thousand_milliseconds_is_not_looked_for():
    slots = slots_with([Row(KEY + n, {"a": float(n)}) for n in range(MOST_STEPS)])
    assert place(Row(KEY, {"a": -1.0}), slots) == Outcome(Kind.CROWDED, KEY)


def test_last_of_the_thousand_milliseconds_is_taken():
    slots = slots_with([Row(KEY + n, {"a": float(n)}) for n in range(MOST_STEPS - 1)])
    assert place(Row(KEY, {"a": -1.0}), slots).key == KEY + MOST_STEPS - 1


def test_contradiction_at_the_end_of_time_does_not_become_another_devices():
    last = key_of(7, TIME_MASK - 1)
    slots = slots_with([Row(last, {"a": 1.0})])
    assert place(Row(last, {"a": 2.0}), slots).kind is Kind.CROWDED


def test_surroundings_are_loaded_once():
    asked = []

    def load_range(start, end):
        asked.append((start, end))
        return []

    slots = Slots([Row(KEY, {"a": 0.0})], [KEY], load_range)
    for value in (1.0, 2.0, 3.0):
        place(Row(KEY, {"a": value}), slots)
    assert asked == [(KEY + 1, KEY + 1 + MOST_STEPS)]


@pytest.mark.parametrize(
    ("values", "missing"),
    [({"a": 1.0}, {}), ({"b": 2.0}, {"b": 2.0}), ({"a": 2.0}, None), ({"a": 2.0, "b": 2.0}, None), ({}, {})],
)
def test_missing_metrics_are_those_held_does_not_contradict(values, missing):
    assert missing_from({"a": 1.0}, values) == missing


# Any order, any grouping, any number of times


class Memory:
    """What a store does, with a dictionary for its database."""

    def __init__(self):
        self.held = {}

    def commit(self, rows):
        keys = [row.key for row in rows]
        held = [Row(key, self.held[key]) for key in keys if key in self.held]
        slots = Slots(held, keys, self._load)
        outcomes = [place(row, slots) for row in rows]
        for row in slots.rows():
            assert row.key not in self.held
            self.held[row.key] = row.values
        for key, added in slots.merged.items():
            assert not added.keys() & self.held[key].keys()
            self.held[key] = self.held[key] | added
        return outcomes

    def _load(self, start, end):
        return [Row(key, values) for key, values in self.held.items() if start <= key < end]


ROWS = st.builds(
    Row,
    st.integers(KEY, KEY + 3),
    st.dictionaries(st.sampled_from("ab"), st.sampled_from([1.0, 2.0]), min_size=1),
)
BATCHES = st.lists(st.lists(ROWS, min_size=1, max_size=5), min_size=1, max_size=5)


@settings(max_examples=200, deadline=None)
@given(BATCHES, st.randoms(use_true_random=False))
def test_any_deliveries_store_every_reading_once_and_redelivery_changes_nothing(batches, random):
    memory, counted = Memory(), 0
    for batch in batches:
        before = {key: dict(values) for key, values in memory.held.items()}
        outcomes = memory.commit(batch)
        counted += sum(len(outcome.values) for outcome in outcomes)
        assert all(memory.held[key].items() >= values.items() for key, values in before.items())
        for row, outcome in zip(batch, outcomes, strict=True):
            assert memory.held[outcome.key].items() >= row.values.items()
            assert 0 <= time_of(outcome.key) - time_of(row.key) < MOST_STEPS
    assert counted == sum(len(values) for values in memory.held.values())
    stored = {key: dict(values) for key, values in memory.held.items()}
    again = [row for batch in batches for row in batch] * 2
    random.shuffle(again)
    assert {outcome.kind for outcome in memory.commit(again)} == {Kind.DUPLICATE}
    assert memory.held == stored
