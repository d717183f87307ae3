"""The ASGI application: HTTP by Django, WebSockets by Channels, start-up and shut-down by lifespan."""

import os
from typing import Any

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "learndj.settings")
http = get_asgi_application()

# Models can be imported only when Django is set up.
from learndj.body_limit import BodyLimit  # noqa: E402
from learndj.health import HealthEndpoints  # noqa: E402
from learndj.metrics import MetricsEndpoint  # noqa: E402
from learndj.turns import HistoryTurns  # noqa: E402
from liveapp import process  # noqa: E402
from liveapp.routing import websocket  # noqa: E402

answers = HealthEndpoints(MetricsEndpoint(BodyLimit(HistoryTurns(http))))


async def lifespan(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Open the hub and the writer before the first request, close them after the last."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            answers.watch(process.current())
            await send({"type": "lifespan.startup.complete"})
        else:
            await process.close()
            await send({"type": "lifespan.shutdown.complete"})
            return


application = ProtocolTypeRouter({"http": answers, "websocket": websocket, "lifespan": lifespan})
