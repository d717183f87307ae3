"""Whatever breaks a connection is told in a sentence."""

import asyncio
import socket
import sqlite3
import ssl

import pytest
from websockets.exceptions import InvalidMessage

from utils.publisher.backoff import Backoff
from utils.publisher.errors import NoAnswer
from utils.publisher.failures import explain


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (socket.gaierror(-2, "Name or service not known"), "name cannot be found"),
        (ConnectionRefusedError(), "Nothing answers"),
        (TimeoutError(), "did not answer in time"),
        (OSError(113, "No route to host"), "cannot be reached (No route to host)"),
        (ssl.SSLError(1, "wrong version number"), "does not speak TLS"),
        (InvalidMessage("did not receive a valid HTTP response"), "does not speak WebSocket"),
        (NoAnswer("The server did not acknowledge."), "The server did not acknowledge."),
        (sqlite3.OperationalError("disk is full"), "The spool cannot be used just now: disk is full"),
        (RuntimeError("what?"), "nobody thought of (RuntimeError: what?)"),
    ],
)
def test_each_failure_has_its_sentence(error, text):
    failure = explain(error, refused_wait_s=300)
    assert text in failure.text
    assert failure.wait_s is None


def test_a_certificate_nobody_trusts_is_explained():
    error = ssl.SSLCertVerificationError(1, "failed")
    error.verify_message = "self-signed certificate"
    assert "self-signed certificate" in explain(error, refused_wait_s=300).text
    assert "--ca-file" in explain(error, refused_wait_s=300).text


def test_a_cancellation_is_not_swallowed_as_a_failure():
    assert not issubclass(asyncio.CancelledError, Exception)


def test_waits_double_up_to_the_limit_with_chance_in_them():
    backoff = Backoff(first_s=1, limit_s=10)
    waits = [backoff.next_s() for _ in range(8)]
    for wait, middle in zip(waits, [1, 2, 4, 8, 10, 10, 10, 10], strict=True):
        assert 0.75 * middle <= wait <= 1.25 * middle
    assert len(set(waits)) == 8
    backoff.reset()
    assert backoff.next_s() <= 1.25
