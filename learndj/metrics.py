"""`/metrics` for who sends a token: answered by any host name and without TLS, as Prometheus asks from inside."""

import json
from typing import Any

from prometheus_client.exposition import CONTENT_TYPE_LATEST

from liveapp import telemetry

REFUSED = json.dumps(telemetry.REFUSED).encode()


class MetricsEndpoint:
    """ASGI middleware. A browser sends no such header: a member of the staff is Django's to recognize."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        authorization = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")
        if scope["path"] != "/metrics" or not authorization or scope["method"] not in ("GET", "HEAD"):
            await self.app(scope, receive, send)
        elif telemetry.is_scraper(authorization):
            await _answer(send, 200, telemetry.exposition(), CONTENT_TYPE_LATEST)
        else:
            await _answer(send, 401, REFUSED, "application/json")


async def _answer(send: Any, status: int, body: bytes, content_type: str) -> None:
    headers = [(b"content-type", content_type.encode()), (b"content-length", str(len(body)).encode())]
    headers += [
        (b"cache-control", b"no-store"),
        *([(b"www-authenticate", b"Bearer")] if status == 401 else []),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
