"""What a page says while the database does not answer: that it is so, and no defect of this server."""

from collections.abc import Awaitable, Callable

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponse

from liveapp.api.errors import is_of_storage

AWAY = "The database does not answer. Try again in a moment.\n"


class AwayMiddleware:
    """Of the pages that are not the API, which answers for itself. Async, so that it costs no change of thread."""

    sync_capable = False
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Awaitable[HttpResponse]]) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    async def __call__(self, request: HttpRequest) -> HttpResponse:
        return await self.get_response(request)

    async def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """None: Django goes on with it."""
        if not is_of_storage(error):
            return None
        return HttpResponse(AWAY, status=503, content_type="text/plain; charset=utf-8")
