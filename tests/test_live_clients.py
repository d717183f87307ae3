"""The clients of docs/examples/, as somebody who copies them runs them."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from websockets.sync.client import ClientConnection

from tests.clients import ask, board
from tests.processes import HOST, ROOT, Process, eventually, free_port
from tests.proxy import Proxy
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


class BehindTls(Server):
    """Its pages are only at the proxy's address."""

    def ready(self) -> bool:
        with urlopen(f"{self.url}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)


@pytest.fixture(scope="module")
def behind_tls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, dict[str, str]]]:
    """A server behind the proxy of a deployment, and what clients are told: its address, and whom to trust."""
    folder = tmp_path_factory.mktemp("behind-tls")
    port = free_port()
    proxy = Proxy(folder, REPLICAS="listed", UPSTREAMS=f"{HOST}:{port}")
    server = BehindTls(folder, env={"PUBLIC_URL": proxy.url}, port=port)
    server.manage("migrate", "--verbosity", "0")
    server.manage("shell", "-c", MAKE_VIEWER)
    with server, proxy:
        trusted = {"SSL_CERT_FILE": proxy.authority, "NODE_EXTRA_CA_CERTS": proxy.authority}
        yield server, {"SENSE_URL": proxy.url, **trusted}


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


def client(server: Server, name: str, folder: Path, password: str = PASSWORD, **env: str) -> Process:
    account = {"SENSE_URL": server.url, "SENSE_USER": "ada", "SENSE_PASSWORD": password, **env}
    return Process(name, [*CLIENTS[name](), str(EXAMPLES / name)], folder=folder, env=account)


def shows_what_comes(connection: ClientConnection, program: Process) -> object:
    # It may still be on its way when the first ones come.
    ask(connection, {"temperature": 21.5})
    return re.search(r'"temperature": ?21.5', program.output())


@pytest.mark.parametrize("name", CLIENTS)
def test_an_example_client_shows_readings_until_its_account_is_closed(
    server: Server, name: str, tmp_path: Path
) -> None:
    token = server.add_device(re.sub(r"\W|_", "-", name))
    with board(server, token) as connection, client(server, name, tmp_path) as program:
        eventually(lambda: shows_what_comes(connection, program), 60, every_s=0.2)
        server.manage("shell", "-c", CLOSE_ACCOUNT)
        try:
            eventually(lambda: not program.alive, 60)
        finally:
            server.manage("shell", "-c", OPEN_ACCOUNT)
    assert program.status != 0
    assert "This account may not look any more." in program.output()


@pytest.mark.parametrize("name", CLIENTS)
def test_an_example_client_shows_readings_of_a_server_behind_tls(
    behind_tls: tuple[Server, dict[str, str]], name: str, tmp_path: Path
) -> None:
    server, told = behind_tls
    token = server.add_device(re.sub(r"\W|_", "-", name))
    with board(server, token) as connection, client(server, name, tmp_path, **told) as program:
        eventually(lambda: shows_what_comes(connection, program), 60, every_s=0.2)


@pytest.mark.parametrize("name", CLIENTS)
def test_an_example_client_says_what_is_not_set(name: str, tmp_path: Path) -> None:
    program = Process(name, [*CLIENTS[name](), str(EXAMPLES / name)], folder=tmp_path)
    program.launch()
    eventually(lambda: not program.alive, 60)
    assert program.status != 0
    assert program.output().strip() == "Set SENSE_URL, SENSE_USER, SENSE_PASSWORD."


@pytest.mark.parametrize("name", CLIENTS)
def test_an_example_client_says_why_it_was_refused(server: Server, name: str, tmp_path: Path) -> None:
    program = client(server, name, tmp_path, password="wrong")
    program.launch()
    eventually(lambda: not program.alive, 60)
    assert program.status != 0
    assert program.output().strip() == "The user name or the password is not right."
