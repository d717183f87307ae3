"""WebSocket URLs."""

from channels.routing import URLRouter
from channels.sessions import SessionMiddlewareStack
from django.urls import path, re_path

from liveapp.consumers.dashboard import DashboardConsumer
from liveapp.consumers.device import DeviceConsumer
from liveapp.consumers.nowhere import NowhereConsumer

websocket = URLRouter(
    [
        path("ws/device/", DeviceConsumer.as_asgi()),
        path("ws/live/", SessionMiddlewareStack(DashboardConsumer.as_asgi())),
        re_path("", NowhereConsumer.as_asgi()),
    ]
)
