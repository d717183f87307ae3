"""Remember which dashboard a request comes from (its `X-Client`), and its address, for the events that follow."""

import re

from django.http import HttpRequest, HttpResponse

from liveapp.accounts.addresses import address_of
from liveapp.middleware import AsyncMiddleware
from liveapp.origin import address, origin

CLIENT = re.compile(r"[0-9a-f]{16}")


class OriginMiddleware(AsyncMiddleware):
    async def __call__(self, request: HttpRequest) -> HttpResponse:
        client = request.headers.get("X-Client", "")
        held = origin.set(client if CLIENT.fullmatch(client) else None)
        held_address = address.set(address_of(request))
        try:
            return await self.get_response(request)
        finally:
            origin.reset(held)
            address.reset(held_address)
