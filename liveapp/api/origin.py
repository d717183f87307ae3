"""Remember which dashboard a request comes from (its `X-Client`), and its address, for the events that follow."""

import re
from functools import partial

from django.http import HttpRequest, HttpResponse

from liveapp.accounts.addresses import address_of
from liveapp.middleware import AsyncMiddleware
from liveapp.origin import address, author, origin

CLIENT = re.compile(r"[0-9a-f]{16}")


class OriginMiddleware(AsyncMiddleware):
    async def __call__(self, request: HttpRequest) -> HttpResponse:
        client = request.headers.get("X-Client", "")
        held = origin.set(client if CLIENT.fullmatch(client) else None)
        held_author = author.set(partial(_author_of, request))
        held_address = address.set(address_of(request))
        try:
            return await self.get_response(request)
        finally:
            origin.reset(held)
            author.reset(held_author)
            address.reset(held_address)


def _author_of(request: HttpRequest) -> str:
    """Blocks where nobody has asked who this is, yet."""
    return str(request.user.pk or "")
