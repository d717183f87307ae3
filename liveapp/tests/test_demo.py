import pytest

from liveapp.management.address import reachable
from liveapp.management.commands.demo import Publisher

ADDRESSES = [
    ("0.0.0.0", "127.0.0.1"),  # noqa: S104
    ("::", "[::1]"),
    ("127.0.0.2", "127.0.0.2"),
    ("::1", "[::1]"),
    ("localhost", "localhost"),
]


@pytest.mark.parametrize(("host", "found_at"), ADDRESSES)
def test_server_is_found_where_it_listens(host, found_at):
    assert reachable(host) == found_at


@pytest.mark.parametrize(("host", "found_at"), ADDRESSES)
def test_simulated_board_connects_where_the_server_listens(host, found_at):
    assert f"ws://{found_at}:8123/ws/device/" in Publisher(host, 8123, "token")._command
