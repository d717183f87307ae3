"""What a store of rollups promises, whichever database is behind it."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

from liveapp.levels import Level
from liveapp.summary import Summary


class Bucket(NamedTuple):
    """One bucket of one device; `key` holds the device and the bucket's start."""

    key: int
    values: dict[str, Summary]


class Mark(NamedTuple):
    """A bucket that is to be made anew at `due_ms`; the token changes whenever what it is made from does."""

    key: int
    level: Level
    due_ms: int
    token: str

    @property
    def bucket(self) -> int:
        return self.key - self.level


class Rollups(ABC):
    """All methods block and raise StorageUnavailable when the database does not answer."""

    # So long after a commit's touches are seen, its readings may still be on their way into the database.
    settle_s: float

    @abstractmethod
    def touches(self, limit: int) -> list[str]:
        """The ids of at most `limit` commits whose readings are still to be marked."""

    @abstractmethod
    def touched(self, ids: Collection[str]) -> set[int]:
        """The minutes, by their keys, that these commits may have changed."""

    @abstractmethod
    def touched_before(self, before_ms: int, limit: int) -> list[list[int]]:
        """The minutes of at most `limit` commits that may have changed something before a time, in ms."""

    @abstractmethod
    def forget_touches(self, ids: Collection[str]) -> None:
        """They have all been marked."""

    @abstractmethod
    def mark(self, marks: Sequence[Mark]) -> None:
        """Let buckets be made anew; of one that is marked already the token and the time change."""

    @abstractmethod
    def due(self, level: Level, now_ms: int, limit: int) -> list[Mark]:
        """At most `limit` marks of a level whose time has come, those that wait for longest first."""

    @abstractmethod
    def strike(self, marks: Iterable[Mark]) -> None:
        """Remove marks, but none whose token has changed."""

    @abstractmethod
    def marked(self, level: Level, start_key: int, end_key: int, limit: int) -> list[int]:
        """At most `limit` buckets of a level with start_key ≤ key < end_key that are marked, by their keys."""

    @abstractmethod
    def read(self, level: Level, start_key: int, end_key: int, limit: int) -> list[Bucket]:
        """The newest `limit` buckets with start_key ≤ key < end_key, oldest first."""

    @abstractmethod
    def scan(self, level: Level, start_key: int, end_key: int, limit: int) -> list[Bucket]:
        """The oldest `limit` buckets with start_key ≤ key < end_key, oldest first."""

    @abstractmethod
    def keys(self, level: Level, start_key: int, end_key: int, limit: int) -> list[int]:
        """The oldest `limit` keys of buckets with start_key ≤ key < end_key, oldest first."""

    @abstractmethod
    def present(self, level: Level, keys: Collection[int]) -> set[int]:
        """Those of the keys that have a bucket."""

    @abstractmethod
    def count(self, level: Level, start_key: int, end_key: int, limit: int) -> int:
        """How many buckets there are with start_key ≤ key < end_key, or `limit` when there are more."""

    @abstractmethod
    def write(self, level: Level, buckets: Sequence[Bucket]) -> None:
        """Put buckets in the place of those with their keys."""

    @abstractmethod
    def remove(self, level: Level, keys: Collection[int]) -> None:
        """Delete buckets by their keys."""

    @abstractmethod
    def forget_device(self, number: int, step: int) -> int:
        """Delete at most `step` of all that there is of a device at each level; how much went."""


def decoded(rows: Iterable[tuple[int, dict[str, list[Any]]]]) -> list[Bucket]:
    """From what a database holds."""
    return [Bucket(key, {name: Summary(*parts) for name, parts in values.items()}) for key, values in rows]


def encoded(bucket: Bucket) -> dict[str, list[float | None]]:
    """What a database holds: of a metric that is no angle, without the last part."""
    return {
        name: list(summary[:4] if summary.agreement is None else summary)
        for name, summary in bucket.values.items()
    }
