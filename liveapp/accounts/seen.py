"""Notes that somebody is still there, once in a while."""

import logging
from collections.abc import Awaitable, Callable

from asgiref.sync import sync_to_async
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse

from liveapp.accounts import sessions
from liveapp.clock import now_ms
from liveapp.errors import StorageUnavailable
from liveapp.middleware import AsyncMiddleware
from liveapp.store import storage_errors

# More sessions than a process ever sees in five minutes; past that some are looked at twice.
MOST = 10_000

logger = logging.getLogger(__name__)


class SeenMiddleware(AsyncMiddleware):
    """Changes to a thread once in five minutes."""

    def __init__(self, get_response: Callable[[HttpRequest], Awaitable[HttpResponse]]) -> None:
        super().__init__(get_response)
        self._noted_ms: dict[str, int] = {}

    async def __call__(self, request: HttpRequest) -> HttpResponse:
        response = await self.get_response(request)
        if self._is_due(request):
            await sync_to_async(_note)(request)
        return response

    def _is_due(self, request: HttpRequest) -> bool:
        session = request.session
        # Nobody asked who this is, or the database did not answer: it is not looked up for this alone.
        is_loaded = session.accessed and hasattr(session, "_session_cache")
        if not is_loaded or SESSION_KEY not in session or session.session_key is None:
            return False
        now, last_ms = now_ms(), self._noted_ms.get(session.session_key, 0)
        if 0 <= now - last_ms < sessions.SEEN_EVERY.total_seconds() * 1000:
            return False
        if len(self._noted_ms) >= MOST:
            self._noted_ms.clear()
        self._noted_ms[session.session_key] = now
        return True


def _note(request: HttpRequest) -> None:
    try:
        with storage_errors():
            # The session of an account that is closed or gone is still there.
            if request.user.is_authenticated:
                sessions.note(request)
    except StorageUnavailable:
        # It was answered already, and this can wait.
        away = "The database does not answer: that somebody is here was not noted."
        logger.warning(away, extra={"is_repeated": True})
