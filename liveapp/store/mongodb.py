"""The store on MongoDB. Durable because the client writes with w=majority and the journal on."""

from collections.abc import Collection as Keys
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from pymongo import ASCENDING, DESCENDING, MongoClient, WriteConcern
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError

from liveapp.errors import StorageUnavailable
from liveapp.models.rollup import touch_of
from liveapp.store.base import Kind, Outcome, Row, Store
from liveapp.store.errors import storage_errors
from liveapp.store.resolve import Slots, place
from liveapp.store.touching import Touching

INGEST = "ingest"
COLLECTION = "liveapp_reading"
TOUCHES = "liveapp_touch"
DUPLICATE_KEY = 11000
MOST_ROUNDS = 100
IN_ORDER = WriteConcern(w=1)
DURABLE = WriteConcern(w="majority", j=True, wtimeout=10_000)


class MongoStore(Store):
    """See `liveapp.store.base.Store`."""

    def commit(self, rows: Sequence[Row]) -> list[Outcome]:
        with storage_errors():
            outcomes = [Outcome(Kind.STORED, row.key, row.values) for row in rows]
            pending = sorted(_insert(rows))
            for _ in range(MOST_ROUNDS):
                if not pending:
                    return outcomes
                # Rows at which another process was quicker are stored nowhere yet: look again.
                pending = _resolve(pending, rows, outcomes)
            raise StorageUnavailable(
                "Too many devices write the same milliseconds at once. Send the readings again."
            )

    def read(self, start_key: int, end_key: int, limit: int) -> list[Row]:
        with storage_errors():
            return _select(DEFAULT_DB_ALIAS, start_key, end_key, limit)[::-1]

    def scan(self, start_key: int, end_key: int, limit: int) -> list[Row]:
        with storage_errors():
            return _select(DEFAULT_DB_ALIAS, start_key, end_key, limit, ASCENDING)

    def delete(self, start_key: int, end_key: int, step: int) -> int:
        with storage_errors():
            collection = _collection(DEFAULT_DB_ALIAS)
            within = {"_id": {"$gte": start_key, "$lt": end_key}}
            keys = [row["_id"] for row in collection.find(within, {"_id": 1}).limit(step)]
            return collection.delete_many({"_id": {"$in": keys}}).deleted_count if keys else 0

    def keys(self, start_key: int, end_key: int, limit: int) -> list[int]:
        with storage_errors():
            within = {"_id": {"$gte": start_key, "$lt": end_key}}
            found = _collection(DEFAULT_DB_ALIAS).find(within, {"_id": 1})
            return [row["_id"] for row in found.sort("_id", ASCENDING).limit(limit)]

    def remove(self, keys: Keys[int]) -> None:
        with storage_errors():
            _collection(DEFAULT_DB_ALIAS).delete_many({"_id": {"$in": [*keys]}})

    def count(self, start_key: int, end_key: int, limit: int) -> int:
        with storage_errors():
            within = {"_id": {"$gte": start_key, "$lt": end_key}}
            return _collection(DEFAULT_DB_ALIAS).count_documents(within, limit=limit)


def _resolve(pending: list[int], rows: Sequence[Row], outcomes: list[Outcome]) -> list[int]:
    """Place the pending rows; returns those whose place was taken while we looked."""
    keys = [rows[index].key for index in pending]
    held = _decoded(_collection(INGEST).find({"_id": {"$in": keys}}))
    slots = Slots(held, keys, lambda start, end: _select(INGEST, start, end, 0))
    for index in pending:
        outcomes[index] = place(rows[index], slots)
    new = slots.rows()
    beaten = {new[position].key for position in _insert(new)}
    with touching.around(slots.merged):
        beaten |= {key for key, added in slots.merged.items() if not _merge(key, added)}
    return [index for index in pending if outcomes[index].key in beaten]


def _write_touch(minutes: list[int]) -> None:
    touches = _collection(INGEST, TOUCHES)
    concern = _concern_before(touches.database.client)
    id, oldest_ms, minutes = touch_of(minutes)
    document = {"_id": id, "oldest_ms": oldest_ms, "minutes": minutes}
    touches.with_options(write_concern=concern).insert_one(document)


def _concern_before(client: "MongoClient[Any]") -> WriteConcern:
    """Of what is to be there no later than what is written durably after it.

    One server by itself has one journal, in the order of the writes: a wait for the later one is a wait for both.
    Of several the next primary may know of the later one alone.
    """
    servers = client.topology_description.server_descriptions().values()
    return IN_ORDER if all(server.server_type_name == "Standalone" for server in servers) else DURABLE


def _collection(alias: str, name: str = COLLECTION) -> "Collection[dict[str, Any]]":
    connection: Any = connections[alias]
    connection.ensure_connection()
    collection: Collection[dict[str, Any]] = connection.database[name]
    return collection.with_options(write_concern=DURABLE) if alias == INGEST else collection


def _insert(rows: Sequence[Row]) -> set[int]:
    """Insert what is free; returns the positions of the rows whose key is occupied."""
    if not rows:
        return set()
    with touching.around(row.key for row in rows):
        try:
            _collection(INGEST).insert_many(
                [{"_id": row.key, "values": row.values} for row in rows], ordered=False
            )
        except BulkWriteError as error:
            return _occupied(error)
    return set()


def _occupied(error: BulkWriteError) -> set[int]:
    details = error.details or {}
    failures = details.get("writeErrors", [])
    # A write that is not in the journal, or failed for another reason, must not be acknowledged.
    if details.get("writeConcernErrors") or not all(_is_occupied(failure) for failure in failures):
        raise error
    return {failure["index"] for failure in failures}


def _is_occupied(failure: dict[str, Any]) -> bool:
    return failure["code"] == DUPLICATE_KEY and list(failure.get("keyPattern", {})) == ["_id"]


def _merge(key: int, added: dict[str, float]) -> bool:
    """Add metrics where they are still missing; False when one of them has come meanwhile."""
    free = {f"values.{name}": {"$exists": False} for name in added}
    fields = {f"values.{name}": value for name, value in added.items()}
    return _collection(INGEST).update_one({"_id": key} | free, {"$set": fields}).matched_count == 1


def _select(alias: str, start_key: int, end_key: int, limit: int, order: int = DESCENDING) -> list[Row]:
    within = {"_id": {"$gte": start_key, "$lt": end_key}}
    return _decoded(_collection(alias).find(within).sort("_id", order).limit(limit))


def _decoded(documents: Iterable[dict[str, Any]]) -> list[Row]:
    return [Row(document["_id"], document["values"]) for document in documents]


touching = Touching(_write_touch)
