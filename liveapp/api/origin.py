"""Remember which dashboard a request comes from (its `X-Client`), and its address, for the events that follow."""

import re
from collections.abc import Awaitable, Callable

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponse

from liveapp.accounts.addresses import address_of
from liveapp.origin import address, origin

CLIENT = re.compile(r"[0-9a-f]{16}")


class OriginMiddleware:
    """Async, so that it costs no change of thread."""

    sync_capable = False
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Awaitable[HttpResponse]]) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    async def __call__(self, request: HttpRequest) -> HttpResponse:
        client = request.headers.get("X-Client", "")
        held = origin.set(client if CLIENT.fullmatch(client) else None)
        held_address = address.set(address_of(request))
        try:
            return await self.get_response(request)
        finally:
            origin.reset(held)
            address.reset(held_address)
