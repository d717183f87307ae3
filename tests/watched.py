"""What goes over the line to a page: the calls it makes, and the messages it is sent."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Page, Request, WebSocket


class Watched:
    """Begin before the page is opened. `calls` are of the API, `frames` are as they came."""

    def __init__(self, page: Page) -> None:
        self.calls: list[str] = []
        self.frames: list[str] = []
        self.sockets: list[WebSocket] = []
        page.on("request", self._on_request)
        page.on("websocket", self._on_websocket)

    def _on_request(self, request: Request) -> None:
        if "/api/" in request.url:
            self.calls.append(f"{request.method} {request.url}")

    def _on_websocket(self, socket: WebSocket) -> None:
        self.sockets.append(socket)
        socket.on("framereceived", lambda frame: self.frames.append(str(frame)))

    def messages(self, type_: str) -> list[dict[str, Any]]:
        """Those of one type, the oldest first; the changes of `changes` one by one among the others."""
        found = []
        for frame in self.frames:
            message = json.loads(frame)
            found += [message] if message["type"] == type_ else []
            if type_ == "change" and message["type"] == "changes":
                found += message["changes"]
        return found

    def forget(self) -> None:
        self.calls.clear()
        self.frames.clear()
