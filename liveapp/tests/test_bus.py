import asyncio
import logging

import pytest
from channels.layers import channel_layers
from channels_redis import pubsub
from django.conf import settings

from liveapp import bus
from liveapp.bus import Bus


@pytest.fixture(autouse=True)
def _layer():
    """A layer nobody has used before; closed with its event loop."""
    channel_layers.backends.clear()
    yield
    channel_layers.backends.clear()


@pytest.fixture
async def channel():
    channel = await bus.subscribe()
    yield channel
    await bus.unsubscribe(channel)


@pytest.fixture
async def silent_layer(monkeypatch):
    """A Redis that takes the connection and never answers."""
    open_writers = []

    async def swallow(reader, writer):
        open_writers.append(writer)
        while await reader.read(65_536):
            pass
        writer.close()

    server = await asyncio.start_server(swallow, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    use_redis(monkeypatch, f"redis://127.0.0.1:{port}/0")
    monkeypatch.setattr(bus, "SEND_S", 0.05)
    yield
    server.close()
    for writer in open_writers:
        writer.close()
    await server.wait_closed()


@pytest.fixture
def absent_layer(monkeypatch):
    """A Redis that is not there."""
    use_redis(monkeypatch, "redis://127.0.0.1:1/0")


def use_redis(monkeypatch, address):
    layer = {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": [address]}}
    monkeypatch.setitem(settings.CHANNEL_LAYERS, "default", layer)
    channel_layers.backends.clear()


async def heard(channel, count):
    """The next messages, those of `subscribe` itself (which are not counted) left out."""
    messages = []
    async for message in bus.receive(channel):
        if message.body:
            messages.append(message)
        if len(messages) == count:
            break
    return messages


async def test_a_channel_that_brings_nothing_for_too_long_is_said_to_be_silent(channel):
    with pytest.raises(TimeoutError, match=r"nothing came for 0\.1 s"):
        async for _ in bus.receive(channel, patience_s=0.1):
            pass


async def test_what_is_sent_is_received(channel):
    sender = Bus()
    assert await sender.send("event", {"a": 1})
    assert await heard(channel, 1) == [bus.Message("event", {"a": 1}, sender.sender, 1)]


async def test_messages_are_numbered_in_their_order(channel):
    sender = Bus()
    for n in range(5):
        await sender.send("event", {"n": n})
    assert [(message.number, message.body["n"]) for message in await heard(channel, 5)] == [
        (n + 1, n) for n in range(5)
    ]


async def test_posted_messages_keep_their_order(channel):
    sender = Bus()
    for n in range(20):
        sender.post("event", {"n": n})
    messages = await heard(channel, 20)
    assert [message.number for message in messages] == list(range(1, 21))
    assert [message.body["n"] for message in messages] == list(range(20))


async def test_skipped_number_leaves_a_hole(channel):
    sender = Bus()
    await sender.send("event", {"n": 1})
    sender.skip()
    await sender.send("event", {"n": 2})
    assert [message.number for message in await heard(channel, 2)] == [1, 3]


async def test_two_senders_count_for_themselves(channel):
    one, two = Bus(), Bus()
    await one.send("event", {"a": 1})
    await two.send("event", {"a": 2})
    messages = await heard(channel, 2)
    assert [message.number for message in messages] == [1, 1]
    assert {message.sender for message in messages} == {one.sender, two.sender}


async def test_announcement_is_not_counted(channel):
    await bus.announce("change", {"a": 1})
    assert await heard(channel, 1) == [bus.Message("change", {"a": 1}, "", 0)]


async def test_numbers_beyond_32_bits_and_letters_of_all_kinds_arrive_as_they_were(channel):
    body = {"time": [1763673600000], "value": [0.1, None, 1e300], "name": "Küche 🌡", "deep": {"a": {"b": []}}}
    await Bus().send("event", body)
    assert (await heard(channel, 1))[0].body == body


async def test_every_subscriber_gets_every_message(channel):
    other = await bus.subscribe()
    await Bus().send("event", {"a": 1})
    assert await heard(channel, 1) == await heard(other, 1)
    await bus.unsubscribe(other)


async def test_nobody_listening_is_no_failure():
    assert await Bus().send("event", {"a": 1})


async def test_absent_layer_costs_the_message_and_its_number(absent_layer):
    sender = Bus()
    assert not await sender.send("event", {"a": 1})
    assert sender._number == 1


async def test_absent_layer_is_logged_once(absent_layer, caplog):
    sender = Bus()
    for _ in range(3):
        await sender.send("event", {"a": 1})
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "The channel layer does not answer" in caplog.text
    assert "Traceback" not in caplog.text


async def test_return_of_the_layer_is_logged(monkeypatch, caplog):
    sender = Bus()
    with monkeypatch.context() as away:
        use_redis(away, "redis://127.0.0.1:1/0")
        await sender.send("event", {"a": 1})
    channel_layers.backends.clear()
    assert await sender.send("event", {"a": 1})
    assert "The channel layer is back after" in caplog.text


async def test_announcement_to_an_absent_layer_is_logged_and_does_not_raise(absent_layer, caplog):
    await bus.announce("change", {"a": 1})
    assert "a change was not announced" in caplog.text


async def test_silent_layer_is_given_up(silent_layer):
    # Without its own limit the send would wait for ever: this one only ends the test then.
    async with asyncio.timeout(20):
        assert not await Bus().send("event", {"a": 1})


async def test_subscription_to_an_absent_layer_raises(absent_layer):
    with pytest.raises(Exception, match="connect"):
        await bus.subscribe()


@pytest.fixture
def half_silent_layer(absent_layer, monkeypatch):
    """A Redis that answers all but the joining and leaving of the group."""
    monkeypatch.setattr(bus, "SEND_S", 0.05)
    monkeypatch.setattr(bus, "LAST_WORDS_S", 0.05)

    async def answer(shard, channel, message=None):
        if message is None and "__group__" in channel:
            await asyncio.Event().wait()

    for word in ("publish", "subscribe", "unsubscribe"):
        monkeypatch.setattr(pubsub.RedisSingleShardConnection, word, answer)


async def test_a_channel_whose_joining_is_given_up_leaves_nothing_behind_that_could_fill_up(
    half_silent_layer,
):
    with pytest.raises(TimeoutError):
        await bus.subscribe()
    assert (bus.layer().groups, bus.layer().channels) == ({}, {})


async def test_what_came_to_a_channel_while_it_joined_goes_with_it(half_silent_layer):
    joining = asyncio.create_task(bus.subscribe())
    while not bus.layer().groups:
        await asyncio.sleep(0)
    for queue in bus.layer().channels.values():
        queue.put_nowait(bus.layer().channel_layer.serialize(bus._message("event", {})))
    with pytest.raises(TimeoutError):
        await joining
    assert (bus.layer().groups, bus.layer().channels) == ({}, {})


async def test_a_process_that_ends_while_it_joins_leaves_no_channel(half_silent_layer):
    joining = asyncio.create_task(bus.subscribe())
    while not bus.layer().groups:
        await asyncio.sleep(0)
    joining.cancel()
    with pytest.raises(asyncio.CancelledError):
        await joining
    assert (bus.layer().groups, bus.layer().channels) == ({}, {})


async def test_a_failure_to_join_is_told_as_it_was_and_leaves_no_channel(absent_layer, monkeypatch):
    async def answer(shard, channel, message=None):
        if message is None and "__group__" in channel:
            raise ConnectionError("refused")

    for word in ("publish", "subscribe", "unsubscribe"):
        monkeypatch.setattr(pubsub.RedisSingleShardConnection, word, answer)
    with pytest.raises(ConnectionError, match="refused"):
        await bus.subscribe()
    assert (bus.layer().groups, bus.layer().channels) == ({}, {})
