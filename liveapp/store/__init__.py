"""Where readings lie. The only code that knows which database it is."""

from functools import cache

from django.conf import settings

from liveapp.store.base import Kind, Outcome, Row, Store, Values
from liveapp.store.dump import DAMAGED, Dump, DumpFailed, Rows, in_short, is_damage, is_stage
from liveapp.store.errors import storage_errors
from liveapp.store.paging import pages
from liveapp.store.rollups import Bucket, Mark, Rollups

__all__ = [
    "DAMAGED",
    "Bucket",
    "Dump",
    "DumpFailed",
    "Kind",
    "Mark",
    "Outcome",
    "Rollups",
    "Row",
    "Rows",
    "Store",
    "Values",
    "dump",
    "in_short",
    "is_damage",
    "is_stage",
    "pages",
    "rollup_store",
    "storage_errors",
    "store",
]


@cache
def store() -> Store:
    """The store of this installation's DATABASE_URL."""
    if settings.MONGODB:
        from liveapp.store.mongodb import MongoStore

        return MongoStore()
    from liveapp.store.sqlite import SqliteStore

    return SqliteStore()


@cache
def rollup_store() -> Rollups:
    """The rollups of this installation's DATABASE_URL."""
    if settings.MONGODB:
        from liveapp.store.mongodb_rollups import MongoRollups

        return MongoRollups()
    from liveapp.store.sqlite_rollups import SqliteRollups

    return SqliteRollups()


@cache
def dump() -> Dump:
    """The dump of this installation's DATABASE_URL."""
    if settings.MONGODB:
        from liveapp.store.mongodb_dump import MongoDump

        return MongoDump()
    from liveapp.store.sqlite_dump import SqliteDump

    return SqliteDump()
