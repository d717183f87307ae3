"""An upgrade of the containers as docs/deployment/README.md tells it: new ones beside the old, then the old go."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.name_server import NameServer
from tests.processes import HOST, eventually, free_port
from tests.proxy import Proxy
from tests.stack import Replica, Stack, running_stack

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux has all of 127.0.0.0/8 as loopback"
)

# An hour ago: what is much older is not kept.
T = int(time.time()) * 1000 - 3_600_000


class Client:
    """Sends readings one by one, each until it is acknowledged as a board does, and asks for a page in between."""

    def __init__(self, proxy: Proxy, token: str) -> None:
        self.proxy = proxy
        self.headers = {"Authorization": f"Bearer {token}"}
        self.acknowledged = 0
        self.answers: set[int] = set()
        self.stopped = threading.Event()

    def run(self) -> None:
        while not self.stopped.is_set():
            body = json.dumps({"readings": [{"time": T + self.acknowledged, "temperature": 20}]})
            status, _ = self.proxy.ask("POST", "/api/ingest/", body=body, headers=self.headers)
            self.acknowledged += status == 200
            self.answers.add(self.proxy.ask("GET", "/api/session/")[0])

    def goes_on(self) -> None:
        """Waits until it has been served some more."""
        until = self.acknowledged + 10
        eventually(lambda: self.acknowledged >= until, 60)


@contextmanager
def busy(client: Client) -> Iterator[None]:
    thread = threading.Thread(target=client.run)
    thread.start()
    try:
        yield
    finally:
        client.stopped.set()
        thread.join(60)


def stored(stack: Stack) -> int:
    with stack.mongod.root_client() as mongodb:
        return mongodb["sense_live"]["liveapp_reading"].count_documents({})


def test_an_upgrade_is_felt_by_nobody(tmp_path: Path) -> None:
    with running_stack(tmp_path) as stack, NameServer({}) as names:
        port = free_port()
        proxy = Proxy(tmp_path, SERVERS_PORT=str(port), LOOKUP_OPTIONS=f"resolvers {HOST}:{names.port}")

        def replica(number: int) -> Replica:
            return Replica(stack, f"web-{number}", f"127.0.0.{number}", port, PUBLIC_URL=proxy.url)

        first, second, third, fourth = (replica(number) for number in (2, 3, 4, 5))
        client = Client(proxy, stack.manage("device", "add", "kitchen").strip())
        with third, fourth, proxy:
            old, new = [third, fourth], [first, second]
            names.addresses["web"] = addresses(old)
            with busy(client):
                client.goes_on()
                roll(names, old, new, client.goes_on)
            assert client.answers == {200}
            assert stored(stack) == client.acknowledged
            for process in new:
                process.stop()


def addresses(replicas: list[Replica]) -> list[str]:
    return [replica.address for replica in replicas]


def roll(names: NameServer, old: list[Replica], new: list[Replica], goes_on: Callable[[], None]) -> None:
    for replica in new:
        # Docker knows a container by its service's name as soon as it runs, long before its server listens.
        names.addresses["web"] = [*names.addresses["web"], replica.address]
        replica.launch()
    goes_on()
    for replica in new:
        replica.wait_until_ready(60)
    for replica in old:
        replica.stop(timeout_s=45)
        goes_on()
    names.addresses["web"] = addresses(new)
    goes_on()
    assert all(replica.status == 0 for replica in old)
