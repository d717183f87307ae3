"""What no cache may keep: every answer that does not say by itself how long it is good."""

from django.http import HttpRequest, HttpResponse

from liveapp.middleware import AsyncMiddleware

PRIVATE = "private, no-store"


class PrivateAnswers(AsyncMiddleware):
    """The outermost: refusals are answers too."""

    async def __call__(self, request: HttpRequest) -> HttpResponse:
        response = await super().__call__(request)
        # The dashboard's files say it themselves.
        response.headers.setdefault("Cache-Control", PRIVATE)
        return response
