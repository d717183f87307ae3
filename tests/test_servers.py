"""The test servers themselves: what the fault tests rest on."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import pymongo
import pytest
import redis
from playwright.sync_api import Page

from tests.processes import Process, eventually, free_port
from tests.servers import Mongod, Publisher, RedisServer, Server

JOURNALED = pymongo.WriteConcern(j=True)


def test_redis_survives_a_restart_on_the_same_port(tmp_path: Path) -> None:
    with RedisServer(tmp_path) as server:
        port = server.port
        server.kill()
        assert not server.ready()
        server.restart()
        assert server.port == port
        with server.client() as client:
            assert client.ping()


def test_redis_refuses_a_client_without_its_password(tmp_path: Path) -> None:
    with RedisServer(tmp_path, password="secret") as server:
        assert ":secret@" in server.url
        server.password = None
        assert not server.ready()


def test_mongod_keeps_a_journaled_write_through_kill_9(tmp_path: Path) -> None:
    with Mongod(tmp_path) as server:
        with server.client() as client:
            readings = client["test"].get_collection("readings", write_concern=JOURNALED)
            for key in range(200):
                readings.insert_one({"_id": key})
        server.kill()
        server.restart()
        with server.client() as client:
            assert client["test"]["readings"].count_documents({}) == 200


def test_mongod_as_a_replica_set_becomes_primary(tmp_path: Path) -> None:
    with Mongod(tmp_path, replica_set="rs0") as server, server.client() as client:
        assert client.admin.command("hello")["setName"] == "rs0"
        assert "replicaSet=rs0" in server.url


def test_a_program_that_ends_at_once_fails_with_its_output(tmp_path: Path) -> None:
    program = Process("broken", [sys.executable, "-c", "print('the reason'); exit(3)"], folder=tmp_path)
    program.ready = lambda: False  # type: ignore[method-assign]
    with pytest.raises(AssertionError, match=r"status 3\nthe reason"):
        program.start()


def test_a_paused_process_is_silent_until_resumed(tmp_path: Path) -> None:
    with RedisServer(tmp_path) as server, server.client() as client:
        client.connection_pool.connection_kwargs["socket_timeout"] = 0.2
        server.pause()
        with pytest.raises(redis.exceptions.TimeoutError):
            client.ping()
        server.resume()
        assert client.ping()


def test_children_die_with_the_test_process(tmp_path: Path) -> None:
    code = (
        "import time, pathlib; from tests.processes import Process\n"
        f"child = Process('sleeper', ['sleep', '60'], folder=pathlib.Path({str(tmp_path)!r})).start()\n"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    eventually(lambda: Path(f"/proc/{child}/comm").read_text() == "sleep\n")
    parent.send_signal(signal.SIGKILL)
    parent.communicate()
    eventually(lambda: is_gone(child), timeout_s=5)


def is_gone(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().split()[2] == "Z"


def test_eventually_tells_the_last_value() -> None:
    with pytest.raises(AssertionError, match="last seen: 0"):
        eventually(lambda: 0, timeout_s=0.1)


def test_eventually_takes_a_failed_assertion_as_not_yet() -> None:
    values = iter([1, 2, 3])

    def three() -> bool:
        assert next(values) == 3
        return True

    assert eventually(three, timeout_s=5)


def test_ports_are_never_given_twice() -> None:
    assert len({free_port() for _ in range(200)}) == 200


def test_the_server_takes_readings_of_a_publisher_across_kill_9(server: Server, tmp_path: Path) -> None:
    browser = build_opener(HTTPCookieProcessor())
    browser.open(server.add_administrator()).close()
    token = server.add_device("kitchen", interval_ms=100)
    with Publisher(tmp_path, server.websocket_url, token) as publisher:
        before = eventually(lambda: latest_ms(browser, server.url))
        server.kill()
        server.restart()
        eventually(lambda: latest_ms(browser, server.url) > before)
    assert len(publisher.record.read_text().splitlines()) > 1


def latest_ms(browser: OpenerDirector, url: str) -> int:
    with browser.open(f"{url}/api/devices/kitchen/history/", timeout=5) as answer:
        return max(json.load(answer)["time"], default=0)


def test_chromium_opens_a_page(page: Page) -> None:
    page.set_content("<title>Sense Live</title>")
    assert page.title() == "Sense Live"
