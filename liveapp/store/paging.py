"""A range of keys of any length, read page by page."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from liveapp.store.base import Row
from liveapp.store.rollups import Bucket

PAGE = 5_000
Found = TypeVar("Found", Row, Bucket)


def pages(
    scan: Callable[[int, int, int], list[Found]], start_key: int, end_key: int, limit: int = PAGE
) -> Iterator[Found]:
    """All rows of a range of keys in their order, never more than `limit` at a time."""
    while page := scan(start_key, end_key, limit):
        yield from page
        if len(page) < limit:
            return
        start_key = page[-1].key + 1
