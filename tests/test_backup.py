"""Backups of a server at work, and boards that go on with what was restored."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import pytest

from tests.clients import add_device, ask, board, call
from tests.home import DEVICE, PASSWORD, USERNAME, Home, prepare
from tests.processes import ROOT, eventually
from tests.servers import Mongod, Server
from tests.stack import running_stack

# An hour ago: what is much older is not kept.
T = int(time.time()) * 1000 - 3_600_000
BATCH = 1_000
ENGINES = ("sqlite", "mongodb")
EVENT = {"type": "event", "id": 1, "time": T, "event": "joystick", "direction": "up", "action": "pressed"}
HELPER = f"""
from django.contrib.auth.models import Permission, User
helper = User.objects.create_user("helper", password={PASSWORD!r})
rights = ["add_device", "see_all_devices", "view_device"]
helper.user_permissions.set(Permission.objects.filter(codename__in=rights))
"""
NUMBER = "from liveapp.models import Device; print(Device.objects.get(id={!r}).number)"


def new_server(request: pytest.FixtureRequest, engine: str, folder: Path, name: str) -> Server:
    """On an empty database of its own."""
    folder = folder / name
    folder.mkdir()
    if engine == "sqlite":
        return Server(folder)
    mongod: Mongod = request.getfixturevalue("mongod")
    return Server(folder, database_url=mongod.database_url(f"backup_{name}"))


@contextmanager
def sending(home: Home, start_ms: int) -> Iterator[list[int]]:
    """A board that sends one reading after the other; the times of those that were acknowledged."""
    acked: list[int] = []
    done = threading.Event()

    def send() -> None:
        while not done.is_set():
            time_ms = start_ms + len(acked)
            home.post([{"time": time_ms, "temperature": 20}])
            acked.append(time_ms)

    thread = threading.Thread(target=send)
    thread.start()
    try:
        yield acked
    finally:
        done.set()
        thread.join()


@pytest.mark.parametrize("engine", ENGINES)
def test_all_that_was_acknowledged_before_a_backup_is_there_when_it_is_restored(
    request: pytest.FixtureRequest, engine: str, tmp_path: Path
) -> None:
    backup = str(tmp_path / "backups" / "today")
    server = new_server(request, engine, tmp_path, "first")
    fast = {"DEVICE_MESSAGES_PER_SECOND": "10000", "DEVICE_MESSAGES_BURST": "100000"}
    server.env |= fast
    home = prepare(server)
    with server:
        for start in range(T, T + 20 * BATCH, BATCH):
            home.post([{"time": start + n, "temperature": 20} for n in range(BATCH)])
        with sending(home, T + 20 * BATCH) as acked:
            eventually(lambda: len(acked) > 10)
            before = [*range(T, T + 20 * BATCH), *acked]
            assert "devices into" in server.manage("backup", backup)
            # It went on while the backup was taken.
            assert len(acked) > len(before) - 20 * BATCH
    restored = new_server(request, engine, tmp_path, "second")
    restored.env |= fast
    assert "of 1 devices" in restored.manage("restore", backup)
    with restored:
        again = Home(restored, token=home.token, sign_in_path="")
        for start in range(0, len(before), BATCH):
            resent = [{"time": time_ms, "temperature": 20} for time_ms in before[start : start + BATCH]]
            ack = again.post(resent)
            assert (ack["stored"], ack["duplicates"]) == (0, len(resent))
        assert again.post([{"time": T - 1, "temperature": 20}])["stored"] == 1
        assert "/sign-in/" in restored.manage("sign_in_link", USERNAME)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_disk_that_is_full_is_told_in_a_sentence_and_leaves_nothing_behind(
    request: pytest.FixtureRequest, engine: str, tmp_path: Path
) -> None:
    server = new_server(request, engine, tmp_path, "full")
    home = prepare(server)
    with server:
        for start in range(T, T + 10 * BATCH, BATCH):
            home.post([{"time": start + n, "temperature": 20} for n in range(BATCH)])
    backups = tmp_path / "backups"
    # No file may become larger than this many blocks; to the program that is as a full disk.
    limited = ["sh", "-c", 'ulimit -f 100; exec "$@"', "sh", sys.executable, "manage.py", "backup"]
    done = subprocess.run(
        [*limited, str(backups / "today")],
        cwd=ROOT,
        env=server.full_env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("CommandError: No backup was made: ")
    assert len(done.stderr.splitlines()) == 1
    assert list(backups.iterdir()) == []


def test_the_few_rights_of_the_servers_are_enough_for_both(tmp_path: Path) -> None:
    with running_stack(tmp_path) as stack:
        stack.manage("device", "add", "kitchen")
        stack.manage("backup", str(tmp_path / "today"))
        stack.manage("device", "delete", "kitchen", "--yes")
        stack.manage("restore", str(tmp_path / "today"), "--replace")
        assert stack.manage("device", "list").startswith("kitchen")


def signed_in(server: Server, username: str) -> OpenerDirector:
    """With the password, as from the page."""
    person = build_opener(HTTPCookieProcessor())
    person.open(f"{server.url}/").close()
    answer = call(server, person, "POST", "/api/session/", {"username": username, "password": PASSWORD})
    assert answer["user"]["username"] == username
    return person


def history(server: Server, person: OpenerDirector) -> Any:
    address = f"/api/devices/{DEVICE}/history/?start={T}&end={T + 10 * BATCH}"
    return call(server, person, "GET", address)


def shell(server: Server, command: str) -> str:
    return server.manage("shell", "--no-imports", "--command", command).strip()


def test_who_outgrows_sqlite_takes_everything_along_to_mongodb(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    small = new_server(request, "sqlite", tmp_path, "small")
    home = prepare(small)
    shell(small, HELPER)
    readings = [{"time": T + n, "temperature": 20 + n % 7 / 2} for n in range(3 * BATCH)]
    with small:
        for start in range(0, len(readings), BATCH):
            home.post(readings[start : start + BATCH])
        with board(small, home.token) as kitchen:
            assert ask(kitchen, EVENT)["stored"] == 1
        before = history(small, signed_in(small, "helper"))
        add_device(small, signed_in(small, USERNAME), "attic")
    small.manage("device", "delete", "attic", "--yes")
    small.manage("backup", str(tmp_path / "today"))
    large = new_server(request, "mongodb", tmp_path, "large")
    assert "people sign in anew" in large.manage("restore", str(tmp_path / "today"))
    with large:
        helper = signed_in(large, "helper")
        assert history(large, helper) == before
        again = Home(large, token=home.token, sign_in_path="")
        assert again.post(readings[:BATCH])["duplicates"] == BATCH
        assert again.post([{"time": T - 1, "temperature": 20}])["stored"] == 1
        with board(large, home.token) as kitchen:
            assert ask(kitchen, EVENT)["duplicates"] == 1
        add_device(large, helper, "cellar")
        # 1 is the kitchen's, 2 was the attic's.
        assert shell(large, NUMBER.format("cellar")) == "3"
