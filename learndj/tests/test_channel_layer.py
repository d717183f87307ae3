import pytest

from learndj.channel_layer import channel_layers
from learndj.tests.refusals import NAME, PASSWORD, refusal


def test_layer_is_this_processs_memory_when_nothing_is_set():
    assert channel_layers(NAME)["default"]["BACKEND"] == "channels.layers.InMemoryChannelLayer"


@pytest.mark.parametrize(
    "value", ["redis://:secret@cache:6379/0", "rediss://cache", "unix:///run/redis.sock"]
)
def test_layer_is_redis_at_its_address(given, value):
    given(value)
    layer = channel_layers(NAME)["default"]
    assert layer["BACKEND"] == "channels_redis.pubsub.RedisPubSubChannelLayer"
    assert layer["CONFIG"]["hosts"][0]["address"] == value


@pytest.mark.parametrize(
    "value",
    [
        "cache:6379",
        "http://cache",
        "redis://",
        "redis://cache:port",
        "redis://cache:99999",
        "redis://[bad",
        f"redis://:{PASSWORD}@",
        f"redis://:{PASSWORD}@cache:port",
        f"redis://:{PASSWORD}℀@cache",
        f"{PASSWORD}@cache:6379",
        f"{PASSWORD}:x@cache:6379",
    ],
)
def test_layer_at_no_redis_address_is_refused_without_its_password(given, value):
    given(value)
    assert refusal(channel_layers).endswith("use redis://:password@host:6379/0.")
