"""The commands of manage.py."""

import contextlib
import io
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from liveapp.authentication import device_of
from liveapp.errors import DeviceDisabled, Unauthorized
from liveapp.management import address
from liveapp.management.ending import sentence
from liveapp.models import Device
from liveapp.tests.doors import make_user, put, stored

ROOT = Path(__file__).resolve().parents[2]


def manage(*arguments: str) -> str:
    """What a command prints on standard output."""
    out = io.StringIO()
    call_command(*arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_adding_prints_the_token_alone(database):
    token = manage("device", "add", "kitchen", "--name", "The kitchen", "--interval-ms", "250")
    device = device_of(token.strip())
    assert (device.id, device.name, device.interval_ms) == ("kitchen", "The kitchen", 250)


@pytest.mark.parametrize(
    "arguments", [["Kitchen"], ["a b"], ["kitchen", "--interval-ms", "1"], ["kitchen", "--name", "n" * 101]]
)
def test_what_cannot_be_is_refused(database, arguments):
    with pytest.raises(CommandError, match=r"^(id|interval_ms|name): "):
        manage("device", "add", *arguments)
    assert not Device.objects.exists()


def test_a_taken_id_is_refused(device):
    with pytest.raises(CommandError, match="already exists"):
        manage("device", "add", "kitchen")


def test_the_list_has_a_line_for_each_device(new_device):
    new_device("kitchen")
    new_device("cellar", enabled=False)
    lines = [line.split("\t") for line in manage("device", "list").splitlines()]
    assert lines == [
        ["cellar", "Cellar", "disabled", "never seen"],
        ["kitchen", "Kitchen", "enabled", "never seen"],
    ]


def test_an_empty_list_says_how_to_add_a_device(database, capsys):
    call_command("device", "list")
    assert "manage.py device add" in capsys.readouterr().err


def test_rotating_prints_a_new_token_and_ends_the_old_one(new_device):
    _, old = new_device("kitchen")
    assert device_of(manage("device", "rotate", "kitchen").strip()).id == "kitchen"
    with pytest.raises(Unauthorized):
        device_of(old)


def test_a_device_is_disabled_and_enabled(new_device):
    _, token = new_device("kitchen")
    manage("device", "disable", "kitchen")
    with pytest.raises(DeviceDisabled):
        device_of(token)
    manage("device", "enable", "kitchen")
    assert device_of(token).enabled


def test_deleting_takes_the_readings_along(device):
    put(device, [1], temperature=20)
    manage("device", "delete", "kitchen", "--yes")
    assert not Device.objects.exists()
    assert stored(device) == {}


@pytest.mark.parametrize(("typed", "left"), [("kitchen\n", False), ("no\n", True), ("", True)])
def test_deleting_asks_for_the_id(device, monkeypatch, typed, left):
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    refused = pytest.raises(CommandError, match="Nothing was deleted")
    with refused if left else contextlib.nullcontext():
        manage("device", "delete", "kitchen")
    assert Device.objects.exists() is left


@pytest.mark.parametrize("action", ["rotate", "disable", "enable", "delete"])
def test_an_unknown_device_is_said(database, action):
    with pytest.raises(CommandError, match="There is no device 'kitchn'"):
        manage("device", action, "kitchn")


def test_a_sign_in_link_is_for_the_first_administrator(database, client):
    make_user("helper", ())
    make_user("maker")
    link = manage("sign_in_link", "--url", "https://sense.example.org/").strip()
    assert link.startswith("https://sense.example.org/sign-in/?token=")
    client.get(link.removeprefix("https://sense.example.org"))
    assert client.get("/api/session/").json()["user"]["username"] == "maker"


def test_a_sign_in_link_is_at_the_public_address(database, settings):
    make_user("maker")
    settings.PUBLIC_URL = "https://sense.example.org"
    assert manage("sign_in_link", "maker").startswith("https://sense.example.org/sign-in/")


def test_a_sign_in_link_for_nobody_is_refused(database):
    make_user("closed", is_active=False)
    with pytest.raises(CommandError, match="There is no active user 'closed'"):
        manage("sign_in_link", "closed")
    with pytest.raises(CommandError, match="createsuperuser"):
        manage("sign_in_link")


def test_a_taken_port_is_said_without_a_traceback():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "manage.py", "serve", "--port", port],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert f"Port {port} is taken" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments", [["--port", "0"], ["--port", "65536"], ["--port", "http"], ["--host", "256.0.0.1"]]
)
def test_an_address_that_cannot_be_is_refused(arguments):
    with pytest.raises(CommandError):
        manage("serve", *arguments)


def test_a_sign_in_link_leads_to_the_server_that_runs_here(database, settings, tmp_path):
    make_user("maker")
    settings.DATA_DIR = tmp_path
    with address.noted("0.0.0.0", 8123):  # noqa: S104
        assert manage("sign_in_link").startswith("http://127.0.0.1:8123/sign-in/")
    assert manage("sign_in_link").startswith("http://127.0.0.1:8000/sign-in/")


def test_a_server_that_ends_leaves_the_address_of_a_later_one(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    with address.noted("::1", 8001):
        later = address.noted("127.0.0.1", 8002)
        later.__enter__()
    assert address.running_url() == "http://127.0.0.1:8002"
    later.__exit__(None, None, None)
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_cannot_note_its_address_runs_all_the_same(settings, tmp_path, caplog):
    (tmp_path / "data").touch()
    settings.DATA_DIR = tmp_path / "data"
    with caplog.at_level("INFO"), address.noted("127.0.0.1", 8123):
        assert address.running_url() == "http://127.0.0.1:8000"
    assert "--url http://127.0.0.1:8123" in caplog.text


def test_with_a_public_address_nothing_is_noted(settings, tmp_path):
    settings.DATA_DIR, settings.PUBLIC_URL = tmp_path, "https://sense.example.org"
    with address.noted("127.0.0.1", 8123):
        assert list(tmp_path.iterdir()) == []
        assert address.running_url() == "https://sense.example.org"


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://localhost", "http://", "http://localhost/sub"])
def test_a_sign_in_link_wants_a_whole_address(database, url):
    make_user("maker")
    with pytest.raises(CommandError, match="is no address: use one such as http://"):
        manage("sign_in_link", "--url", url)


def ended(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """`manage.py`, as a process of its own."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mongodb://127.0.0.1:1/x?serverSelectionTimeoutMS=100", "does not answer: 127.0.0.1:1"),
        ("sqlite:///{folder}/new.sqlite3", "has no tables of this version. Make them: manage.py migrate."),
    ],
)
def test_a_database_that_is_not_there_is_said_without_a_traceback(tmp_path, url, said):
    done = ended("device", "list", DATABASE_URL=url.format(folder=tmp_path), DATA_DIR=str(tmp_path))
    assert (done.returncode, said in done.stderr) == (1, True), done.stderr
    assert "Traceback" not in done.stderr


def test_a_defect_is_not_taken_for_an_absent_database():
    assert sentence(IntegrityError("UNIQUE constraint failed")) is None
