from dataclasses import dataclass, field
from typing import Any

from liveapp.connections import Connections
from liveapp.errors import REPLACED, TOKEN_REVOKED


@dataclass(eq=False)
class Connection:
    """An open connection that writes down what it is told."""

    uid: str
    token_hash: str = "hash"
    closed: list[int] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)

    def send_soon(self, message: dict[str, Any]) -> None:
        self.sent.append(message)

    def close_soon(self, code: int) -> None:
        self.closed.append(code)


def test_newer_connection_closes_the_older():
    connections, old, new = Connections(), Connection("old"), Connection("new")
    connections.add("kitchen", old)
    connections.add("kitchen", new)
    assert (old.closed, new.closed) == ([REPLACED], [])


def test_device_counts_as_gone_when_its_connection_leaves():
    connections, connection = Connections(), Connection("one")
    connections.add("kitchen", connection)
    connections.remove("kitchen", connection)
    assert connections.uids() == {}


def test_replaced_connection_leaves_without_a_trace():
    connections, old, new = Connections(), Connection("old"), Connection("new")
    connections.add("kitchen", old)
    connections.add("kitchen", new)
    connections.remove("kitchen", old)
    assert connections.uids() == {"kitchen": "new"}


def test_connection_is_closed_with_the_code():
    connections, connection = Connections(), Connection("one")
    connections.add("kitchen", connection)
    connections.close("kitchen", TOKEN_REVOKED)
    assert connection.closed == [TOKEN_REVOKED]


def test_closed_connection_is_the_devices_until_its_socket_is_gone():
    connections, connection = Connections(), Connection("one")
    connections.add("kitchen", connection)
    connections.close("kitchen", TOKEN_REVOKED)
    assert connections.uids() == {"kitchen": "one"}


def test_replacing_spares_the_connection_that_replaces():
    connections, connection = Connections(), Connection("new")
    connections.add("kitchen", connection)
    connections.close("kitchen", REPLACED, except_uid="new")
    assert connection.closed == []
    assert connections.uids() == {"kitchen": "new"}


def test_closing_a_device_that_is_not_here_does_nothing():
    connections, connection = Connections(), Connection("one")
    connections.add("kitchen", connection)
    connections.close("cellar", TOKEN_REVOKED)
    assert connection.closed == []


def test_token_hashes_are_those_of_the_open_connections():
    connections = Connections()
    connections.add("kitchen", Connection("one", "h1"))
    connections.add("cellar", Connection("two", "h2"))
    assert connections.token_hashes() == {"kitchen": "h1", "cellar": "h2"}
