"""Three real mongods that vote for one of them: a MongoDB that outlives the loss of any one."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pymongo
from pymongo.errors import PyMongoError

from tests.processes import HOST, eventually
from tests.servers import Mongod

NAME = "rs0"
# The default is 10 s of silence before the others vote.
ELECTION_MS = 2_000


class Member(Mongod):
    """One of a set; it is told so by the set, not by itself."""

    def __init__(self, folder: Path, number: int) -> None:
        super().__init__(folder / f"member-{number}", replica_set=NAME)
        self.name = f"mongod-{number}"

    @property
    def address(self) -> str:
        return f"{HOST}:{self.port}"

    def ready(self) -> bool:
        return bool(self.hello())

    def hello(self) -> dict[str, Any]:
        """What it says of itself, empty while it does not answer."""
        try:
            with self.client() as client:
                return dict(client.admin.command("hello"))
        except PyMongoError:
            return {}

    def client(self) -> pymongo.MongoClient[dict[str, Any]]:
        """One that does not wait for a member that hangs."""
        patience: dict[str, Any] = {"serverSelectionTimeoutMS": 500, "socketTimeoutMS": 500}
        return pymongo.MongoClient(HOST, self.port, directConnection=True, **patience)


class ReplicaSet:
    """`primary()` is the one that takes writes now."""

    def __init__(self, folder: Path) -> None:
        self.members = [Member(folder, number) for number in (1, 2, 3)]

    def database_url(self, name: str) -> str:
        return f"mongodb://{','.join(one.address for one in self.members)}/{name}?replicaSet={NAME}"

    def client(self) -> pymongo.MongoClient[dict[str, Any]]:
        """Reads what a majority has; close it after use."""
        return pymongo.MongoClient(self.database_url("admin"), readConcernLevel="majority")

    def primary(self, *, other_than: Member | None = None) -> Member:
        """As soon as there is one."""
        candidates = [one for one in self.members if one is not other_than]
        return (
            eventually(
                lambda: next((one for one in candidates if one.hello().get("isWritablePrimary")), None), 60
            )
            or self.members[0]
        )

    def is_whole(self) -> bool:
        """All members follow one primary."""
        said = [one.hello() for one in self.members]
        primaries = [one for one in said if one.get("isWritablePrimary")]
        return len(primaries) == 1 and sum(bool(one.get("secondary")) for one in said) == 2

    def _initiate(self) -> None:
        members = [{"_id": number, "host": one.address} for number, one in enumerate(self.members)]
        settings = {"electionTimeoutMillis": ELECTION_MS, "heartbeatIntervalMillis": 500}
        # Not with the patience of `Member.client`: the members greet each other first.
        first: pymongo.MongoClient[dict[str, Any]]
        first = pymongo.MongoClient(HOST, self.members[0].port, directConnection=True)
        with first as client:
            client.admin.command("replSetInitiate", {"_id": NAME, "members": members, "settings": settings})

    def __enter__(self) -> Self:
        for member in self.members:
            member.launch()
        for member in self.members:
            member.wait_until_ready(30)
        self._initiate()
        eventually(self.is_whole, 60)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for member in self.members:
            member.kill()
