"""What either engine throws when it is away, as the one refusal the wire knows."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error, IntegrityError
from pymongo.errors import PyMongoError

from liveapp.errors import StorageUnavailable


@contextmanager
def storage_errors() -> Iterator[None]:
    """Raises StorageUnavailable from an engine's error. A broken constraint is not an absence: it passes."""
    try:
        yield
    except IntegrityError:
        raise
    except (Error, PyMongoError) as error:
        raise StorageUnavailable(
            "The database did not answer. Keep the readings and send them again."
        ) from error
