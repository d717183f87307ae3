"""Refuse an HTTP body over the limit before it fills memory or disk; Django looks only at Content-Length."""

from typing import Any

from django.conf import settings

ANSWER = b'{"code":"message_too_big","detail":"The body is over 256 KiB. Send less at once."}'


class BodyLimit:
    """ASGI middleware."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if _declared(scope) > limit:
            await _refuse(send)
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


async def _refuse(send: Any) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(ANSWER)).encode())]
    await send(
        {"type": "http.response.start", "status": 413, "headers": [*headers, (b"connection", b"close")]}
    )
    await send({"type": "http.response.body", "body": ANSWER})
