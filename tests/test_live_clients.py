"""The clients of docs/examples/, as somebody who copies them runs them."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients import ask, board
from tests.processes import ROOT, Process, eventually
from tests.servers import Server

EXAMPLES = ROOT / "docs" / "examples"
PASSWORD = "the kettle sings at seven"


def node() -> list[str]:
    """Node.js, which has WebSockets of its own from version 22 on."""
    program = shutil.which("node")
    assert program is not None
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    return [program] if int(version[1:].partition(".")[0]) >= 22 else [program, "--experimental-websocket"]


CLIENTS = {"live_client.py": lambda: [sys.executable], "live-client.mjs": node}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("server"))
    server.manage("migrate", "--verbosity", "0")
    server.manage("shell", "-c", MAKE_VIEWER)
    with server:
        yield server


MAKE_VIEWER = f"""
from django.contrib.auth.models import Group, User
ada = User.objects.create_user("ada", password={PASSWORD!r})
ada.groups.add(Group.objects.get(name="viewer"))
"""
CLOSE_ACCOUNT = """
from django.contrib.auth.models import User
User.objects.filter(username="ada").update(is_active=False)
"""
OPEN_ACCOUNT = CLOSE_ACCOUNT.replace("False", "True")


def client(server: Server, name: str, folder: Path, password: str = PASSWORD) -> Process:
    account = {"SENSE_URL": server.url, "SENSE_USER": "ada", "SENSE_PASSWORD": password}
    return Process(name, [*CLIENTS[name](), str(EXAMPLES / name)], folder=folder, env=account)


@pytest.mark.parametrize("name", CLIENTS)
def test_an_example_client_shows_readings_until_its_account_is_closed(
    server: Server, name: str, tmp_path: Path
) -> None:
    token = server.add_device(re.sub(r"\W|_", "-", name))
    with board(server, token) as connection, client(server, name, tmp_path) as program:

        def shows_what_comes() -> object:
            # It may still be on its way when the first ones come.
            ask(connection, {"temperature": 21.5})
            return re.search(r'"temperature": ?21.5', program.output())

        eventually(shows_what_comes, 60, every_s=0.2)
        server.manage("shell", "-c", CLOSE_ACCOUNT)
        try:
            eventually(lambda: not program.alive, 60)
        finally:
            server.manage("shell", "-c", OPEN_ACCOUNT)
    assert program.status != 0
    assert "This account may not look any more." in program.output()


@pytest.mark.parametrize("name", CLIENTS)
def test_an_example_client_says_why_it_was_refused(server: Server, name: str, tmp_path: Path) -> None:
    program = client(server, name, tmp_path, password="wrong")
    program.launch()
    eventually(lambda: not program.alive, 60)
    assert program.status != 0
    assert program.output().strip() == "The user name or the password is not right."
