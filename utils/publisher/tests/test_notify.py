"""systemd is told, where there is one."""

import socket

import pytest

from utils.publisher.notify import Notifier


@pytest.fixture
def systemd(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(str(tmp_path / "notify"))
        channel.settimeout(5)
        yield channel


def test_states_are_sent_to_the_socket_systemd_named(systemd, tmp_path):
    Notifier({"NOTIFY_SOCKET": str(tmp_path / "notify")}).tell("READY=1", "STATUS=fine")
    assert systemd.recv(1000) == b"READY=1\nSTATUS=fine"


def test_an_abstract_socket_is_understood():
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind("")
        name = (
            channel.getsockname().decode()
            if isinstance(channel.getsockname(), bytes)
            else channel.getsockname()
        )
        Notifier({"NOTIFY_SOCKET": "@" + name[1:]}).tell("READY=1")
        channel.settimeout(5)
        assert channel.recv(100) == b"READY=1"


def test_the_watchdog_is_fed_twice_in_its_time():
    assert Notifier({"WATCHDOG_USEC": "60000000"}).watchdog_s == 30


@pytest.mark.parametrize("environment", [{}, {"WATCHDOG_USEC": "soon"}])
def test_without_systemd_nothing_is_told(environment, caplog):
    notifier = Notifier(environment)
    notifier.tell("READY=1")
    assert notifier.watchdog_s == 0
    assert not caplog.records


def test_a_systemd_that_does_not_listen_is_no_reason_to_stop(tmp_path, caplog):
    Notifier({"NOTIFY_SOCKET": str(tmp_path / "gone")}).tell("READY=1")
    assert "systemd could not be told" in caplog.text
