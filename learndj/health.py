"""`/healthz` and `/readyz`: before everything that looks at host names, sessions or TLS, for probes call by address."""

import asyncio
import json
from typing import Any

from liveapp import process
from liveapp.health import Check

PATHS = ("/healthz", "/readyz")


class HealthEndpoints:
    """ASGI middleware."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self._check: Check | None = None

    def watch(self, current: process.Process) -> None:
        """From its start to its very end: who asks a process that is going away must not open another one."""
        self._check = Check(current)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["path"] not in PATHS:
            await self.app(scope, receive, send)
        elif scope["method"] not in ("GET", "HEAD"):
            await _answer(send, 405, {"detail": "Use GET or HEAD."}, (b"allow", b"GET, HEAD"))
        elif scope["path"] == "/healthz":
            # That this is answered at all says that the process is alive; the event loop gave it its turn.
            await _answer(send, 200, {"process": "ok"})
        else:
            health = await self._of_this_loop().look()
            await _answer(send, 200 if health.is_ready else 503, health.parts)

    def _of_this_loop(self) -> Check:
        if self._check is None or self._check.process.loop is not asyncio.get_running_loop():
            self._check = Check(process.current())
        return self._check


async def _answer(send: Any, status: int, parts: dict[str, str], *more: tuple[bytes, bytes]) -> None:
    body = json.dumps(parts).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    headers += [(b"cache-control", b"no-store"), *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
