"""Where MongoDB's collections wait, each beside the one whose place it is to take, until all of them are whole."""

from collections.abc import Collection as Names
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pymongo.collection import Collection
from pymongo.database import Database

from liveapp.store.dump import STAGE, is_stage


class Stage:
    """Made by `staging`."""

    def __init__(self, database: "Database[dict[str, Any]]") -> None:
        self._database = database
        self._names: list[str] = []

    def make(
        self, name: str, options: Mapping[str, Any], indexes: Iterable[Mapping[str, Any]]
    ) -> "Collection[Any]":
        """An empty collection that is to be `name`. Indexes as MongoDB lists them."""
        self._database.drop_collection(STAGE + name)
        self._database.command({"create": STAGE + name, **options})
        # While it is empty: whatever takes MongoDB longer than a socket's patience on a large one is never waited for.
        if wanted := [index for index in indexes if index["name"] != "_id_"]:
            self._database.command("createIndexes", STAGE + name, indexes=wanted)
        self._names.append(name)
        return self._database[STAGE + name]

    def make_like(self, name: str) -> "Collection[Any]":
        """An empty collection that is to be `name`, with the options and indexes of the one that is there."""
        there = self._database[name]
        return self.make(name, there.options(), list(there.list_indexes()))

    def take_over(self, *, keep: Names[str] = ()) -> None:
        """Put what waits in its place; of the rest only `keep` stays."""
        for name in self._names:
            self._database[STAGE + name].rename(name, dropTarget=True)
        for name in self._database.list_collection_names(filter={"type": "collection"}):
            if name not in {*self._names, *keep} and not name.startswith("system."):
                self._database.drop_collection(name)


@contextmanager
def staging(database: "Database[dict[str, Any]]") -> Iterator[Stage]:
    """Nothing waits any more when it ends, however it ends."""
    try:
        yield Stage(database)
    finally:
        for name in filter(is_stage, database.list_collection_names()):
            database.drop_collection(name)
