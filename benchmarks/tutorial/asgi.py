"""The application: WebSockets only, and an HTTP that answers 404."""

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import URLPattern, path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.tutorial.settings")
http = get_asgi_application()

# Consumers import models, which can be imported only when Django is set up.
from benchmarks.tutorial.consumers import DashboardConsumer, KeptConsumer, ShownConsumer  # noqa: E402

urlpatterns: list[URLPattern] = []
websocket = URLRouter(
    [
        path("ws/dashboard/", DashboardConsumer.as_asgi()),
        path("ws/shown/", ShownConsumer.as_asgi()),
        path("ws/kept/", KeptConsumer.as_asgi()),
    ]
)
application = ProtocolTypeRouter({"http": http, "websocket": websocket})
