"""Both engines keep the same promises; what only one of them can break is tested for that one."""

import json
import random
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, IntegrityError, connections
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from pymongo import MongoClient
from pymongo.errors import AutoReconnect, BulkWriteError

from learndj.database import databases
from liveapp.errors import StorageUnavailable
from liveapp.models.reading import key_of
from liveapp.store import Kind, Outcome, Row, mongodb, sqlite, store
from liveapp.store.errors import storage_errors
from liveapp.store.resolve import MOST_STEPS

KEY = key_of(7, 1763673600000)
on_sqlite = pytest.mark.skipif(settings.MONGODB, reason="about SQLite; this run is on MongoDB")
on_mongodb = pytest.mark.skipif(not settings.MONGODB, reason="about MongoDB; this run is on SQLite")

pytestmark = pytest.mark.usefixtures("database")


def row(offset=0, **values):
    return Row(KEY + offset, values)


def commit(*rows):
    return store().commit(rows)


def stored():
    """All readings around KEY, by their offset from it."""
    return {found.key - KEY: found.values for found in store().read(KEY - 20_000, KEY + 20_000, 20_000)}


def kinds(outcomes):
    return [outcome.kind for outcome in outcomes]


# Writing


def test_batch_is_stored():
    assert commit(row(a=1.0), row(1, a=2.0)) == [
        Outcome(Kind.STORED, KEY, {"a": 1.0}),
        Outcome(Kind.STORED, KEY + 1, {"a": 2.0}),
    ]
    assert stored() == {0: {"a": 1.0}, 1: {"a": 2.0}}


def test_resent_batch_is_stored_once():
    batch = [row(n, a=float(n)) for n in range(10)]
    commit(*batch)
    assert kinds(commit(*batch)) == [Kind.DUPLICATE] * 10
    assert len(stored()) == 10


def test_part_of_a_batch_that_was_stored_does_not_hold_up_the_rest():
    commit(row(1, a=1.0))
    assert kinds(commit(row(0, a=0.0), row(1, a=1.0), row(2, a=2.0))) == [
        Kind.STORED,
        Kind.DUPLICATE,
        Kind.STORED,
    ]
    assert stored() == {0: {"a": 0.0}, 1: {"a": 1.0}, 2: {"a": 2.0}}


def test_batch_in_another_order_has_its_outcomes_in_that_order():
    commit(row(1, a=1.0))
    assert [outcome.key - KEY for outcome in commit(row(5, a=5.0), row(1, a=9.0), row(0, a=0.0))] == [5, 2, 0]


def test_equal_readings_in_one_batch_are_stored_once():
    assert kinds(commit(row(a=1.0), row(a=1.0), row(a=1.0))) == [Kind.STORED, Kind.DUPLICATE, Kind.DUPLICATE]
    assert stored() == {0: {"a": 1.0}}


def test_further_metrics_at_one_time_in_one_batch_become_one_reading():
    outcomes = commit(row(a=1.0), row(b=2.0))
    assert [outcome.values for outcome in outcomes] == [{"a": 1.0}, {"b": 2.0}]
    assert stored() == {0: {"a": 1.0, "b": 2.0}}


def test_contradicting_readings_at_one_time_in_one_batch_are_both_stored():
    commit(row(a=1.0), row(a=2.0))
    assert stored() == {0: {"a": 1.0}, 1: {"a": 2.0}}


def test_further_metrics_are_added_to_what_is_stored():
    commit(row(a=1.0))
    assert commit(row(a=1.0, b=2.0)) == [Outcome(Kind.STORED, KEY, {"b": 2.0})]
    assert stored() == {0: {"a": 1.0, "b": 2.0}}


def test_two_rows_of_a_batch_can_add_to_one_stored_reading():
    commit(row(a=1.0))
    assert kinds(commit(row(b=2.0), row(c=3.0))) == [Kind.STORED, Kind.STORED]
    assert stored() == {0: {"a": 1.0, "b": 2.0, "c": 3.0}}


def test_contradiction_goes_to_the_next_free_millisecond():
    commit(row(a=1.0), row(1, a=2.0))
    assert commit(row(a=3.0)) == [Outcome(Kind.STORED, KEY + 2, {"a": 3.0})]
    assert stored() == {0: {"a": 1.0}, 1: {"a": 2.0}, 2: {"a": 3.0}}


def test_displaced_reading_sent_again_is_a_duplicate():
    commit(row(a=1.0))
    commit(row(a=2.0))
    assert commit(row(a=2.0)) == [Outcome(Kind.DUPLICATE, KEY + 1)]


def test_displaced_reading_meets_one_of_its_own_batch():
    commit(row(a=1.0))
    commit(row(a=2.0), row(1, a=3.0))
    assert sorted(values["a"] for values in stored().values()) == [1.0, 2.0, 3.0]


def test_reading_with_no_room_for_a_second_is_crowded():
    commit(*(row(n, a=float(n)) for n in range(MOST_STEPS)))
    assert commit(row(a=-1.0)) == [Outcome(Kind.CROWDED, KEY)]
    assert len(stored()) == MOST_STEPS


def test_crowded_reading_does_not_hold_up_the_rest():
    commit(*(row(n, a=float(n)) for n in range(MOST_STEPS)))
    assert kinds(commit(row(a=-1.0), row(MOST_STEPS, a=1.0))) == [Kind.CROWDED, Kind.STORED]


def test_same_time_of_another_device_is_another_reading():
    other = Row(key_of(8, 1763673600000), {"a": 2.0})
    assert kinds(commit(row(a=1.0), other)) == [Kind.STORED, Kind.STORED]


@pytest.mark.parametrize("value", [0.1, 1e300, -1e-300, 5e-324, 123456789.123456789, 2.0**53, -0.0])
def test_value_comes_back_as_it_was_however_it_was_stored(value):
    commit(row(a=value), row(1, a=0.5))
    commit(row(1, b=value))
    assert [found.values for found in store().read(KEY, KEY + 2, 9)] == [{"a": value}, {"a": 0.5, "b": value}]


def test_greatest_key_is_stored():
    greatest = key_of(2**21 - 2, 2**42 - 1)
    commit(Row(greatest, {"a": 1.0}))
    assert store().read(greatest, greatest + 1, 1) == [Row(greatest, {"a": 1.0})]


def test_commit_of_ten_thousand_rows_is_stored():
    commit(*(row(n, a=float(n)) for n in range(10_000)))
    assert len(stored()) == 10_000


def test_duplicates_far_into_a_great_commit_are_told_apart():
    commit(*(row(n, a=float(n)) for n in range(0, 3_000, 2)))
    outcomes = commit(*(row(n, a=float(n)) for n in range(3_000)))
    assert kinds(outcomes) == [Kind.DUPLICATE, Kind.STORED] * 1_500


ROWS = st.builds(
    Row,
    st.integers(KEY, KEY + 3),
    st.dictionaries(st.sampled_from("ab"), st.sampled_from([1.0, 2.0]), min_size=1),
)
BATCHES = st.lists(st.lists(ROWS, min_size=1, max_size=5), min_size=1, max_size=4)


@hypothesis(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(BATCHES, st.randoms(use_true_random=False))
def test_any_deliveries_store_every_reading_once_and_redelivery_changes_nothing(batches, shuffled):
    store().delete(KEY, KEY + 2_000, 2_000)
    outcomes = [outcome for batch in batches for outcome in commit(*batch)]
    rows = [one for batch in batches for one in batch]
    found = stored()
    for one, outcome in zip(rows, outcomes, strict=True):
        assert found[outcome.key - KEY].items() >= one.values.items()
    # Every value that was called new lies there once, and nothing else does.
    assert sum(len(outcome.values) for outcome in outcomes) == sum(len(values) for values in found.values())
    shuffled.shuffle(rows)
    half = len(rows) // 2
    assert set(kinds(commit(*rows, *rows[:half]))) == {Kind.DUPLICATE}
    assert stored() == found


def test_plain_readings_in_any_grouping_with_any_redelivery_are_each_stored_as_they_were():
    chance = random.Random(5)
    readings = [row(n, a=float(n), b=n / 3) for n in range(300)]
    for _ in range(30):
        start = chance.randrange(300)
        commit(*chance.sample(readings[start : start + 40], k=min(40, 300 - start)))
    commit(*readings)
    assert stored() == {n: {"a": float(n), "b": n / 3} for n in range(300)}


# Reading


def test_newest_rows_of_a_range_are_read_oldest_first():
    commit(*(row(n, a=float(n)) for n in range(10)))
    assert store().read(KEY + 2, KEY + 8, 3) == [row(5, a=5.0), row(6, a=6.0), row(7, a=7.0)]


def test_end_of_a_range_is_exclusive_and_its_start_is_not():
    commit(*(row(n, a=float(n)) for n in range(4)))
    assert store().read(KEY + 1, KEY + 3, 9) == [row(1, a=1.0), row(2, a=2.0)]


def test_latest_is_the_newest_of_each_device_that_has_one():
    rows = [Row(key_of(number, time), {"a": 1.0}) for number in (1, 2, 4) for time in (5, 9)]
    commit(*rows)
    assert store().latest([1, 2, 3]) == [rows[1], rows[3]]


def test_deletion_goes_in_steps_and_spares_what_is_outside():
    commit(*(row(n, a=float(n)) for n in range(10)))
    assert [store().delete(KEY + 2, KEY + 8, 4) for _ in range(3)] == [4, 2, 0]
    assert sorted(stored()) == [0, 1, 8, 9]


# When the database is away


def test_keys_are_read_oldest_first_and_counted_up_to_a_limit():
    commit(*(row(n, a=1.0) for n in range(10)))
    assert store().keys(KEY + 2, KEY + 8, 4) == [KEY + 2, KEY + 3, KEY + 4, KEY + 5]
    assert [store().count(KEY + 2, KEY + 8, limit) for limit in (4, 6, 7)] == [4, 6, 6]


def test_rows_are_removed_by_their_keys():
    commit(*(row(n, a=1.0) for n in range(4)))
    store().remove([KEY + 1, KEY + 3, KEY + 9])
    assert sorted(stored()) == [0, 2]
    store().remove([])
    assert sorted(stored()) == [0, 2]


@pytest.mark.parametrize(
    "error", [DatabaseError("disk I/O error"), AutoReconnect("refused"), BulkWriteError({})]
)
def test_engines_error_is_one_refusal(error):
    with (
        pytest.raises(StorageUnavailable, match="Keep the readings and send them again") as refused,
        storage_errors(),
    ):
        raise error
    assert refused.value.__cause__ is error


def test_broken_constraint_is_not_an_absence():
    with pytest.raises(IntegrityError), storage_errors():
        raise IntegrityError("UNIQUE constraint failed")


def test_store_is_that_of_the_database():
    assert type(store()) is (mongodb.MongoStore if settings.MONGODB else sqlite.SqliteStore)


# SQLite


def pragma(alias, name):
    with connections[alias].cursor() as cursor:
        return cursor.execute(f"PRAGMA {name}").fetchone()[0]


@on_sqlite
def test_ingest_waits_for_the_disk():
    assert pragma("ingest", "synchronous") == 2
    assert pragma("ingest", "journal_mode") == "wal"


@on_sqlite
def test_key_is_sqlites_rowid():
    commit(row(a=1.0))
    with connections["default"].cursor() as cursor:
        cursor.execute('SELECT rowid, "_id" FROM liveapp_reading')
        assert cursor.fetchall() == [(KEY, KEY)]
        cursor.execute(
            "SELECT count(*) FROM sqlite_master WHERE type = 'index' AND tbl_name = 'liveapp_reading'"
        )
        assert cursor.fetchone() == (0,)


@on_sqlite
def test_range_is_read_by_its_key():
    with connections["default"].cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + sqlite.SELECT_RANGE.format("DESC"), [0, 1, 1])
        assert [line[3] for line in cursor.fetchall()] == [
            "SEARCH liveapp_reading USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"
        ]


@on_sqlite
def test_commit_that_fails_half_way_stores_nothing():
    with pytest.raises(IntegrityError):
        commit(row(a=1.0), row(1, a=float("nan")))
    assert stored() == {}


@on_sqlite
def test_writer_in_another_process_is_waited_for():
    """IMMEDIATE: a lock is waited for; with a deferred one SQLite gives up at once."""
    assert settings.DATABASES["ingest"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert pragma("ingest", "busy_timeout") == 20_000


# MongoDB


@contextmanager
def another_process_first(monkeypatch, *rows):
    """Between our look and our insert, somebody else's rows arrive, each time some."""
    coming, insert = list(rows), mongodb._insert
    client: MongoClient[dict[str, Any]] = MongoClient(settings.DATABASES["default"]["HOST"])
    collection = client[connections["default"].settings_dict["NAME"]][mongodb.COLLECTION]

    def beaten(new):
        if coming and [one.key for one in new] == [coming[0].key]:
            first = coming.pop(0)
            collection.insert_one({"_id": first.key, "values": first.values})
        return insert(new)

    monkeypatch.setattr(mongodb, "_insert", beaten)
    yield
    client.close()
    assert coming == []


@on_mongodb
def test_place_that_another_process_took_meanwhile_is_left_to_it(monkeypatch):
    commit(row(a=1.0))
    with another_process_first(monkeypatch, row(1, a=5.0)):
        assert commit(row(a=2.0)) == [Outcome(Kind.STORED, KEY + 2, {"a": 2.0})]
    assert stored() == {0: {"a": 1.0}, 1: {"a": 5.0}, 2: {"a": 2.0}}


@on_mongodb
def test_quicker_process_with_the_same_reading_makes_it_a_duplicate(monkeypatch):
    commit(row(a=1.0))
    with another_process_first(monkeypatch, row(1, a=2.0)):
        assert commit(row(a=2.0)) == [Outcome(Kind.DUPLICATE, KEY + 1)]


@on_mongodb
def test_rows_that_relied_on_a_lost_place_are_placed_again(monkeypatch):
    commit(row(a=1.0))
    with another_process_first(monkeypatch, row(1, a=5.0)):
        outcomes = commit(row(a=2.0), row(a=2.0, b=3.0))
    assert [outcome.key - KEY for outcome in outcomes] == [2, 2]
    assert stored()[2] == {"a": 2.0, "b": 3.0}


@on_mongodb
def test_row_beaten_again_and_again_finds_its_place(monkeypatch):
    commit(row(a=0.0))
    with another_process_first(monkeypatch, *(row(n, a=-float(n)) for n in range(1, 20))):
        assert commit(row(a=99.0))[0].key == KEY + 20


@on_mongodb
def test_metric_that_another_process_added_meanwhile_is_not_overwritten(monkeypatch):
    commit(row(a=1.0))
    merge = mongodb._merge

    def beaten(key, added):
        monkeypatch.setattr(mongodb, "_merge", merge)
        assert merge(key, {"b": 5.0})
        return merge(key, added)

    monkeypatch.setattr(mongodb, "_merge", beaten)
    assert commit(row(b=2.0)) == [Outcome(Kind.STORED, KEY + 1, {"b": 2.0})]
    assert stored() == {0: {"a": 1.0, "b": 5.0}, 1: {"b": 2.0}}


@on_mongodb
def test_ingest_waits_for_the_journal_of_the_majority():
    concern = mongodb._collection("ingest").write_concern.document
    assert (concern["j"], concern["w"]) == (True, "majority")


def test_address_cannot_switch_the_journal_off(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "mongodb://db.example/x?w=1&journal=false")
    for alias in databases("DATABASE_URL", settings.BASE_DIR).values():
        with MongoClient(alias["HOST"], **alias["OPTIONS"], connect=False) as client:
            assert client.write_concern.document == {"w": "majority", "j": True, "wtimeout": 10_000}


def failed_write(**details):
    return BulkWriteError({"writeErrors": [], "writeConcernErrors": [], **details})


def occupied_at(index, **changed):
    return {"index": index, "code": mongodb.DUPLICATE_KEY, "keyPattern": {"_id": 1}, **changed}


def test_occupied_keys_are_named_by_their_position():
    assert mongodb._occupied(failed_write(writeErrors=[occupied_at(3), occupied_at(5)])) == {3, 5}


@pytest.mark.parametrize(
    "details",
    [
        {"writeConcernErrors": [{"code": 64, "errmsg": "waiting for replication timed out"}]},
        {"writeErrors": [occupied_at(0)], "writeConcernErrors": [{"code": 64}]},
        {"writeErrors": [occupied_at(0), occupied_at(1, code=50)]},
        {"writeErrors": [occupied_at(0, keyPattern={"other": 1})]},
    ],
    ids=["not in the journal", "occupied and not in the journal", "another failure beside", "another index"],
)
def test_write_that_may_not_be_in_the_journal_is_not_acknowledged(details):
    with pytest.raises(BulkWriteError):
        mongodb._occupied(failed_write(**details))


def test_values_are_compact_json_in_sqlite():
    assert sqlite._encode({"a": 1.0, "b": 0.1}) == '{"a":1.0,"b":0.1}'
    assert json.loads(sqlite._encode({"a": 5e-324})) == {"a": 5e-324}
