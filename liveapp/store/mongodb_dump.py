"""MongoDB's dump, in the form of mongodump: a folder named as the database, two files for each collection."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from bson import CodecOptions, decode_file_iter
from bson.errors import InvalidBSON
from bson.json_util import CANONICAL_JSON_OPTIONS, dumps, loads
from bson.raw_bson import RawBSONDocument
from django.db import DEFAULT_DB_ALIAS, connections
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import PyMongoError

from liveapp.store.dump import Dump, DumpFailed, Rows, expect, in_short, is_stage, new_file
from liveapp.store.mongodb_stage import Stage, staging

# While servers go on writing: what a reading that is in a dump makes stale is marked in it, or made anew in it already.
FIRST = ("liveapp_reading", "liveapp_touch", "liveapp_stale")
# Nothing is missing in a dump of which it does not say that it was purged; no number in it is still to be given out.
LAST = ("liveapp_purge", "liveapp_sequence")
# A mark moves from touch to minute, quarter and day while one looks: so many looks find it at one of these.
LOOKS = {"liveapp_stale": 4}
BATCH = 2_000
RAW: CodecOptions[RawBSONDocument] = CodecOptions(document_class=RawBSONDocument)


class MongoDump(Dump):
    """See `liveapp.store.dump.Dump`. A `load` that is killed while it renames has to be run again."""

    engine = "MongoDB"

    def save(self, folder: Path) -> Rows:
        with _sentences():
            database = _database()
            target = folder / database.name
            target.mkdir(mode=0o700)
            return {info["name"]: _save(database, info, target) for info in _collections(database)}

    def load(self, folder: Path, rows: Rows) -> None:
        with _sentences():
            database = _database()
            names = sorted(path.name.removesuffix(".bson") for path in folder.glob("*/*.bson"))
            with staging(database) as stage:
                for name in names:
                    expect(name, _load(stage, name, folder), rows)
                stage.take_over()


def _database() -> "Database[dict[str, Any]]":
    connection: Any = connections[DEFAULT_DB_ALIAS]
    connection.ensure_connection()
    database: Database[dict[str, Any]] = connection.database
    return database


def _collections(database: "Database[dict[str, Any]]") -> list[dict[str, Any]]:
    """What the server says of each, in the order of a dump."""
    found = database.list_collections(filter={"type": "collection"})
    ours = [
        dict(info) for info in found if not (info["name"].startswith("system.") or is_stage(info["name"]))
    ]
    return sorted(ours, key=lambda info: _place(info["name"]))


def _place(name: str) -> tuple[int, str]:
    if name in FIRST:
        return FIRST.index(name), name
    return len(FIRST) + (1 + LAST.index(name) if name in LAST else 0), name


def _save(database: "Database[dict[str, Any]]", info: dict[str, Any], target: Path) -> int:
    """Write a collection's options, indexes and documents; how many documents."""
    name = info["name"]
    metadata = {
        "options": info["options"],
        "indexes": list(database[name].list_indexes()),
        "uuid": info["info"]["uuid"].hex(),
        "collectionName": name,
        "type": "collection",
    }
    with new_file(target / f"{name}.metadata.json") as file:
        file.write(dumps(metadata, json_options=CANONICAL_JSON_OPTIONS).encode())
    count = 0
    with new_file(target / f"{name}.bson") as file:
        batches: Any = _looks(database[name]) if name in LOOKS else database[name].find_raw_batches()
        for batch in batches:
            file.write(batch)
            count += _count(batch)
    return count


def _looks(collection: "Collection[dict[str, Any]]") -> Iterator[bytes]:
    """All documents that are seen in some looks, each of them once."""
    seen: set[Any] = set()
    whole = collection.with_options(RAW)
    for _ in range(LOOKS[collection.name]):
        for document in whole.find():
            if document["_id"] not in seen:
                seen.add(document["_id"])
                yield bytes(document.raw)


def _count(batch: bytes) -> int:
    """How many documents lie one after the other; each begins with its length."""
    count = position = 0
    while position < len(batch):
        position += int.from_bytes(batch[position : position + 4], "little")
        count += 1
    return count


def _load(stage: Stage, name: str, folder: Path) -> int:
    """Make a collection under its waiting name; how many documents it has."""
    (file,) = folder.glob(f"*/{name}.bson")
    metadata = loads(file.with_name(f"{name}.metadata.json").read_text(encoding="utf-8"))
    return _insert(stage.make(name, metadata["options"], metadata["indexes"]), file)


def _insert(collection: "Collection[Any]", path: Path) -> int:
    """How many documents MongoDB has confirmed."""
    count = 0
    with path.open("rb") as file:
        documents = decode_file_iter(file, RAW)
        while batch := list(islice(documents, BATCH)):
            collection.insert_many(batch, ordered=False)
            count += len(batch)
    return count


@contextmanager
def _sentences() -> Iterator[None]:
    try:
        yield
    except InvalidBSON as error:
        raise DumpFailed(f"A file of the backup is damaged ({error}). Use another backup.") from error
    except PyMongoError as error:
        raise DumpFailed(f"MongoDB says: {in_short(error)}. Look at its log.") from error
