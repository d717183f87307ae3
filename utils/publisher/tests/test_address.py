"""The address as people write it becomes the one that is connected to."""

import pytest

from utils.publisher.address import is_local, websocket_url


@pytest.mark.parametrize(
    ("written", "connected"),
    [
        ("ws://server:8000/ws/device/", "ws://server:8000/ws/device/"),
        ("ws://server:8000/ws/device", "ws://server:8000/ws/device/"),
        ("http://server:8000", "ws://server:8000/ws/device/"),
        ("https://sense.example.org/", "wss://sense.example.org/ws/device/"),
        ("wss://example.org/sense/ws/device/", "wss://example.org/sense/ws/device/"),
        ("ws://[::1]:8000", "ws://[::1]:8000/ws/device/"),
    ],
)
def test_an_address_is_completed(written, connected):
    assert websocket_url(written) == connected


@pytest.mark.parametrize(
    "written",
    ["", None, "server:8000", "//server", "ftp://server/", "ws://", "ws://server:99999/", "ws://server/?token=abc",
     "ws://user:word@server/", "ws://server:0/"],
)  # fmt: skip
def test_what_is_no_address_is_refused(written):
    with pytest.raises(ValueError, match=r"\w"):
        websocket_url(written)


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("ws://127.0.0.1:8000/", True),
        ("ws://localhost/", True),
        ("ws://[::1]:8000/", True),
        ("ws://192.168.1.5/", False),
        ("ws://localhost.example.org/", False),
    ],
)
def test_this_machine_is_told_from_others(url, local):
    assert is_local(url) is local
