"""What a page says while the database does not answer: that it is so, and no defect of this server."""

from django.http import HttpRequest, HttpResponse

from liveapp.api.errors import is_of_storage
from liveapp.middleware import AsyncMiddleware

AWAY = "The database does not answer. Try again in a moment.\n"


class AwayMiddleware(AsyncMiddleware):
    """Of the pages that are not the API, which answers for itself."""

    async def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """None: Django goes on with it."""
        if not is_of_storage(error):
            return None
        return HttpResponse(AWAY, status=503, content_type="text/plain; charset=utf-8")
