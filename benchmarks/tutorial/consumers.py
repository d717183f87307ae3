"""The consumers of the tutorial: a dashboard, a board whose readings are shown, one whose readings are kept."""

import json
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from benchmarks.tutorial.serializers import ReadingSerializer

GROUP = "dashboards"
ACK = json.dumps({"ok": True})


class DashboardConsumer(AsyncWebsocketConsumer):
    """A member of the group, as a room's visitor in the tutorial."""

    async def connect(self) -> None:
        await self.channel_layer.group_add(GROUP, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(GROUP, self.channel_name)

    async def sensor_reading(self, event: dict[str, Any]) -> None:
        await self.send(text_data=json.dumps(event["reading"]))


class ShownConsumer(AsyncWebsocketConsumer):
    """Passes each reading to the group and stores nothing."""

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        reading = json.loads(text_data or "")
        await self.channel_layer.group_send(GROUP, {"type": "sensor.reading", "reading": reading})
        await self.send(text_data=ACK)


class KeptConsumer(AsyncWebsocketConsumer):
    """Checks and stores each reading, then answers; shows it to nobody."""

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        await self._save(json.loads(text_data or ""))
        await self.send(text_data=ACK)

    @database_sync_to_async
    def _save(self, reading: dict[str, Any]) -> None:
        serializer = ReadingSerializer(data=reading)
        serializer.is_valid(raise_exception=True)
        serializer.save()
