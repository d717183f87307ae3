"""A command that is stopped in the middle ends as an error does: what is half done is cleared away."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import CommandError


@contextmanager
def told_when_stopped(hint: str) -> Iterator[None]:
    """SIGTERM as Ctrl-C. Raises CommandError with `hint`, how to go on. Only in the main thread."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        raise CommandError(f"Stopped before the end. {hint}") from None
    finally:
        signal.signal(signal.SIGTERM, before)
