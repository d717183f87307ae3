"""What a store promises, whichever database is behind it."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import Enum
from types import MappingProxyType
from typing import NamedTuple

from liveapp.models.reading import key_of

Values = dict[str, float]
NOTHING: Mapping[str, float] = MappingProxyType({})


class Row(NamedTuple):
    """A reading on its way into the store."""

    key: int
    values: Values


class Kind(Enum):
    """What became of a row."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    CROWDED = "crowded"


class Outcome(NamedTuple):
    """`key` is where the row lies now; `values` is what of it is new there (empty for a duplicate)."""

    kind: Kind
    key: int
    values: Mapping[str, float] = NOTHING


class Store(ABC):
    """All methods block and raise StorageUnavailable when the database does not answer."""

    @abstractmethod
    def commit(self, rows: Sequence[Row]) -> list[Outcome]:
        """Store rows durably; one outcome each, in their order. Nothing stored is ever overwritten."""

    @abstractmethod
    def read(self, start_key: int, end_key: int, limit: int) -> list[Row]:
        """The newest `limit` rows with start_key ≤ key < end_key, oldest first."""

    @abstractmethod
    def scan(self, start_key: int, end_key: int, limit: int) -> list[Row]:
        """The oldest `limit` rows with start_key ≤ key < end_key, oldest first."""

    @abstractmethod
    def delete(self, start_key: int, end_key: int, step: int) -> int:
        """Delete at most `step` rows of a range; returns how many went."""

    @abstractmethod
    def keys(self, start_key: int, end_key: int, limit: int) -> list[int]:
        """The oldest `limit` keys with start_key ≤ key < end_key, oldest first."""

    @abstractmethod
    def remove(self, keys: Collection[int]) -> None:
        """Delete rows by their keys."""

    @abstractmethod
    def count(self, start_key: int, end_key: int, limit: int) -> int:
        """How many rows there are with start_key ≤ key < end_key, or `limit` when there are more."""

    def latest(self, numbers: Iterable[int]) -> list[Row]:
        """The newest row of each device number that has one."""
        return [row for number in numbers for row in self.read(key_of(number, 0), key_of(number + 1, 0), 1)]
