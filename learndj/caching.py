"""What no cache may keep: every answer that does not say by itself how long it is good."""

from collections.abc import Awaitable, Callable

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponse

PRIVATE = "private, no-store"


class PrivateAnswers:
    """The outermost middleware: refusals are answers too. Async, so that it costs no change of thread."""

    sync_capable = False
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Awaitable[HttpResponse]]) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    async def __call__(self, request: HttpRequest) -> HttpResponse:
        response = await self.get_response(request)
        # The dashboard's files say it themselves.
        response.headers.setdefault("Cache-Control", PRIVATE)
        return response
