"""Long answers, made piece by piece in threads of their own while the event loop goes on."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from channels.db import database_sync_to_async
from django.http import StreamingHttpResponse
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from liveapp.errors import Forbidden, StorageUnavailable

logger = logging.getLogger(__name__)


class AsItComes(BaseContentNegotiation):
    """The answer is a file of the kind the address names, whatever `Accept` says; errors are JSON."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


class Unread(BaseParser):
    """A body that is read by the view. The check against CSRF asks for what a form might hold; this one is none."""

    media_type = "*/*"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> dict[str, Any]:
        return {}


def streamed(chunks: AsyncIterator[bytes], content_type: str) -> StreamingHttpResponse:
    # nginx would write a long answer to its disk first, and a short one would wait for the next.
    headers = {"X-Accel-Buffering": "no"}
    return StreamingHttpResponse(chunks, content_type=content_type, headers=headers)


async def computed(chunks: Iterator[bytes], executor: ThreadPoolExecutor, what: str) -> AsyncIterator[bytes]:
    """Each chunk is made when the one before has been sent. Who goes away ends it."""
    compute = database_sync_to_async(next, thread_sensitive=False, executor=executor)
    try:
        while True:
            began_s = time.monotonic()
            chunk = await compute(chunks, None)
            took_s = time.monotonic() - began_s
            if chunk is None:
                return
            if chunk:
                yield chunk
            # Boards and dashboards get as much time as this took.
            await asyncio.sleep(took_s)
    except (Forbidden, StorageUnavailable) as error:
        logger.warning("%s ended before its end: %s", what, error.__cause__ or error)
        # The status has been sent: only a connection that breaks off says that the rest is missing.
        raise asyncio.CancelledError from error
