"""Who is compared: a server, its viewers, and how boards speak to it."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks import boards, mqtt
from benchmarks.boards import Way
from benchmarks.servers import Live, Mosquitto, Tutorial
from benchmarks.viewers import Audience
from benchmarks.websocket import BINARY, Address
from tests.processes import HOST, Process
from tests.servers import session_cookie

SUBSCRIBE = json.dumps({"type": "subscribe", "devices": "all"}).encode()


@dataclass(frozen=True)
class Contender:
    """`message(board)` is the payload of one reading of that board; viewers are as many of each audience."""

    name: str
    process: Process
    audiences: tuple[Audience, ...]
    way: Way
    message: Callable[[int], bytes]


def live(server: Live) -> Contender:
    """Sense Live as it is: signed in, tokens checked, every reading stored before it is shown."""
    audiences = tuple(_live_audience(server, link) for link in server.links())
    return Contender(
        server.name, server, audiences, live_way(server), lambda board: f"{{{boards.values()}}}".encode()
    )


def _live_audience(server: Live, link: str) -> Audience:
    address = Address(HOST, server.port, "/ws/live/", {"Origin": server.url, "Cookie": session_cookie(link)})
    # Welcome is the only answer to a subscription.
    return Audience(server.name, address, "live", (SUBSCRIBE,), 1)


def live_way(server: Live) -> Way:
    addresses = [
        Address(HOST, server.port, "/ws/device/", {"Authorization": f"Bearer {token}"})
        for token in server.tokens
    ]
    return Way(addresses, welcomed=True)


def tutorial(server: Tutorial, *, boards: int) -> Contender:
    """The tutorial's way: nobody signs in, nothing is stored."""
    audience = Audience(server.name, Address(HOST, server.port, "/ws/dashboard/", {}), "tutorial")
    return Contender(
        server.name, server, (audience,), tutorial_way(server, "/ws/shown/", boards), tutorial_message
    )


def tutorial_way(server: Tutorial, path: str, boards: int) -> Way:
    return Way([Address(HOST, server.port, path, {})] * boards)


def tutorial_message(board: int) -> bytes:
    return f'{{"device":"board-{board}",{boards.values()}}}'.encode()


def mosquitto(server: Mosquitto, *, boards: int) -> Contender:
    """MQTT over WebSocket, at most once, nothing stored."""
    address = Address(HOST, server.port, "/mqtt", {"Sec-WebSocket-Protocol": "mqtt"})
    greetings = (mqtt.connect_packet(), mqtt.subscribe_packet("boards/#"))
    audience = Audience(server.name, address, "mqtt", greetings, len(greetings))
    way = Way([address] * boards, mqtt.connect_packet(), welcomed=True, answered=False, opcode=BINARY)
    return Contender(server.name, server, (audience,), way, _mqtt_message)


def _mqtt_message(board: int) -> bytes:
    return mqtt.publish_packet(f"boards/{board}", f"{{{boards.values()}}}".encode())
