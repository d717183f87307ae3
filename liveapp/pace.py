"""Long work in small steps that leave the database to others in between. Pure."""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

# Called between the steps of a job; it raises where the job is to end.
Hold = Callable[[], None]
Done = TypeVar("Done")


def paced(steps: Iterable[Done], hold: Hold) -> Iterator[Done]:
    """Each step is done when it is asked for; after it, ingest gets as much time as it took."""
    iterator = iter(steps)
    while True:
        hold()
        began_s = time.monotonic()
        try:
            done = next(iterator)
        except StopIteration:
            return
        took_s = time.monotonic() - began_s
        yield done
        time.sleep(took_s)
