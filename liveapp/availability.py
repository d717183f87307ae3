"""Connections' questions to the database: while it does not answer, one asks at a time and the rest hear no at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from channels.db import database_sync_to_async

from liveapp.errors import Refusal, StorageUnavailable

THREADS = 2
AWAY = "The database does not answer. Try again in a moment."
Answer = TypeVar("Answer")


class Availability:
    """Without it, who comes while the database hangs would wait behind all who came before, long after they left."""

    def __init__(self) -> None:
        self._is_away = False
        self._asking = 0
        self._executor = ThreadPoolExecutor(THREADS, thread_name_prefix="connections")

    async def ask(self, look: Callable[..., Answer], *args: object) -> Answer:
        """What `look` gives, in a thread. Raises what it raises, and StorageUnavailable without asking."""
        is_probe = self._is_away
        if is_probe and self._asking:
            raise StorageUnavailable(AWAY)
        self._asking += 1
        run = database_sync_to_async(self._run, thread_sensitive=False, executor=self._executor)
        try:
            answer: Answer = await run(look, args, is_probe)
            return answer
        finally:
            self._asking -= 1

    def _run(self, look: Callable[..., Answer], args: tuple[object, ...], is_probe: bool) -> Answer:
        if self._is_away and not is_probe:
            # It was found to be away while this waited for its thread.
            raise StorageUnavailable(AWAY)
        try:
            answer = look(*args)
        except Refusal as refusal:
            self._is_away = isinstance(refusal, StorageUnavailable)
            raise
        self._is_away = False
        return answer
