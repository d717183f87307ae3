"""Read the address of the channel layer, or fail loudly and say how to mend it."""

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from learndj import env

NEVER_S = 10**10


def channel_layers(name: str) -> dict[str, dict[str, Any]]:
    """`CHANNEL_LAYERS` for Channels: Redis pub/sub, or this process's memory when nothing is set."""
    value = env.text(name)
    if not value:
        # Its members and messages would expire by the wall clock: after a day, or when that is set forward.
        config = {"capacity": 10_000, "expiry": NEVER_S, "group_expiry": NEVER_S}
        return {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": config}}
    if not _is_redis(value):
        raise ImproperlyConfigured(f"{name} {env.beginning(value)}: use redis://:password@host:6379/0.")
    # Idle for longer than a socket's timeout is normal for a bus; a dead peer is found by keep-alive.
    host = {"address": value, "socket_timeout": None, "socket_keepalive": True, "socket_connect_timeout": 5}
    layer = "channels_redis.pubsub.RedisPubSubChannelLayer"
    return {"default": {"BACKEND": layer, "CONFIG": {"hosts": [host], "prefix": "sense-live"}}}


def _is_redis(value: str) -> bool:
    if not env.has_possible_port(value):
        return False
    parts = urlsplit(value)
    return bool(
        parts.path if parts.scheme == "unix" else parts.scheme in ("redis", "rediss") and parts.hostname
    )
