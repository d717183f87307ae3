"""WebSocket URLs."""

from typing import Any

from channels.routing import URLRouter
from channels.sessions import SessionMiddlewareStack
from django.urls import path, re_path

from liveapp.consumers.dashboard import DashboardConsumer
from liveapp.consumers.device import DeviceConsumer
from liveapp.consumers.nowhere import NowhereConsumer

dashboard = DashboardConsumer.as_asgi()


async def dashboard_with_session(scope: dict[str, Any], receive: Any, send: Any) -> Any:
    """The session is needed at the handshake alone; its middleware would look at it for every frame sent."""

    async def send_directly(scope: dict[str, Any], receive: Any, _: Any) -> None:
        await dashboard(scope, receive, send)

    await SessionMiddlewareStack(send_directly)(scope, receive, send)


websocket = URLRouter(
    [
        path("ws/device/", DeviceConsumer.as_asgi()),
        path("ws/live/", dashboard_with_session),
        re_path("", NowhereConsumer.as_asgi()),
    ]
)
