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

from liveapp.store.dump import STAGE, Dump, DumpFailed, Rows, expect, in_short, new_file

# Readings first, device numbers last: while servers go on writing, no number in a dump is still to be given out.
FIRST, LAST = "liveapp_reading", "liveapp_sequence"
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
            try:
                for name in names:
                    expect(name, _stage(database, name, folder), rows)
                _take_over(database, names)
            finally:
                _clear_stage(database)


def _database() -> "Database[dict[str, Any]]":
    connection: Any = connections[DEFAULT_DB_ALIAS]
    connection.ensure_connection()
    database: Database[dict[str, Any]] = connection.database
    return database


def _collections(database: "Database[dict[str, Any]]") -> list[dict[str, Any]]:
    """What the server says of each, in the order of a dump."""
    found = database.list_collections(filter={"type": "collection"})
    ours = [dict(info) for info in found if not info["name"].startswith(("system.", STAGE))]
    return sorted(ours, key=lambda info: (info["name"] == LAST, info["name"] != FIRST, info["name"]))


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
        batches: Any = database[name].find_raw_batches()
        for batch in batches:
            file.write(batch)
            count += _count(batch)
    return count


def _count(batch: bytes) -> int:
    """How many documents lie one after the other; each begins with its length."""
    count = position = 0
    while position < len(batch):
        position += int.from_bytes(batch[position : position + 4], "little")
        count += 1
    return count


def _stage(database: "Database[dict[str, Any]]", name: str, folder: Path) -> int:
    """Make a collection under its waiting name; how many documents it has."""
    (file,) = folder.glob(f"*/{name}.bson")
    metadata = loads(file.with_name(f"{name}.metadata.json").read_text(encoding="utf-8"))
    database.drop_collection(STAGE + name)
    database.command({"create": STAGE + name, **metadata["options"]})
    # While it is empty: whatever takes MongoDB longer than a socket's patience on a large one is never waited for.
    indexes = [index for index in metadata["indexes"] if index["name"] != "_id_"]
    if indexes:
        database.command("createIndexes", STAGE + name, indexes=indexes)
    return _insert(database[STAGE + name], file)


def _insert(collection: "Collection[Any]", path: Path) -> int:
    """How many documents MongoDB has confirmed."""
    count = 0
    with path.open("rb") as file:
        documents = decode_file_iter(file, RAW)
        while batch := list(islice(documents, BATCH)):
            collection.insert_many(batch, ordered=False)
            count += len(batch)
    return count


def _take_over(database: "Database[dict[str, Any]]", names: list[str]) -> None:
    for name in names:
        database[STAGE + name].rename(name, dropTarget=True)
    for info in _collections(database):
        if info["name"] not in names:
            database.drop_collection(info["name"])


def _clear_stage(database: "Database[dict[str, Any]]") -> None:
    for name in database.list_collection_names(filter={"name": {"$regex": f"^{STAGE}"}}):
        database.drop_collection(name)


@contextmanager
def _sentences() -> Iterator[None]:
    try:
        yield
    except InvalidBSON as error:
        raise DumpFailed(f"A file of the backup is damaged ({error}). Use another backup.") from error
    except PyMongoError as error:
        raise DumpFailed(f"MongoDB says: {in_short(error)}. Look at its log.") from error
