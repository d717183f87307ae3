"""Refuse an HTTP body over the limit before it fills memory or disk; Django looks only at Content-Length."""

import json
from typing import Any

from learndj.uploads import limit_of
from liveapp.caching import PRIVATE


class BodyLimit:
    """ASGI middleware."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        limit = await limit_of(scope)
        if _declared(scope) > limit:
            await _refuse(limit, send)
            return
        size = 0

        async def counted() -> Any:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            # Django takes a client that went away in its stride; that is what a sender without end gets.
            return {"type": "http.disconnect"} if size > limit else message

        await self.app(scope, counted, send)


def _declared(scope: dict[str, Any]) -> int:
    value = dict(scope["headers"]).get(b"content-length", b"0")
    # A number of thousands of digits is too big unread: Python would refuse to read it.
    return int(value[:20]) if value.isdigit() else 0


async def _refuse(limit: int, send: Any) -> None:
    size = f"{limit >> 20} MiB" if limit >= 1 << 20 else f"{limit >> 10} KiB"
    detail = f"The body is over {size}. Send less at once."
    answer = json.dumps({"code": "message_too_big", "detail": detail}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(answer)).encode())]
    headers += [(b"cache-control", PRIVATE.encode()), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": answer})
