"""Who came, who went and who was not let in: in the log and in the counts, without a secret."""

import logging

import pytest

from learndj.logs import FIELDS, Repetition
from liveapp.errors import TOKEN_REVOKED
from liveapp.tests.doors import (
    Connection,
    bearer,
    board,
    connected,
    dashboard,
    database_away,
    send,
    signed_in,
    viewer,
)

SECRET = "kitchen.a-secret-that-is-not-the-right-one"


@pytest.fixture(autouse=True)
def log(caplog):
    caplog.set_level(logging.INFO)
    return caplog


@pytest.fixture
def token(new_device):
    return new_device("kitchen")[1]


@pytest.fixture
async def maker(process):
    return await signed_in()


def said(log, words):
    """The lines of connections with these words in them: sentence and fields."""
    return [
        (record.getMessage(), {name: vars(record)[name] for name in FIELDS if name in vars(record)})
        for record in log.records
        if words in record.getMessage()
    ]


async def test_a_board_comes_and_goes_by_the_same_name(process, token, log):
    async with board(token):
        pass
    (came, of_came), (went, of_went) = said(log, "connected")
    assert (came, went) == ("kitchen connected.", "kitchen disconnected, code 1000.")
    assert of_came == of_went
    assert of_came["device"] == "kitchen"


async def test_a_dashboard_comes_and_goes_by_the_same_name(maker, log):
    async with dashboard(maker):
        pass
    (came, of_came), (went, of_went) = said(log, "connected")
    assert (came, went) == (
        "A dashboard of maker connected.",
        "A dashboard of maker disconnected, code 1000.",
    )
    assert of_came == of_went
    assert set(of_came) == {"connection"}


async def test_a_dashboard_with_a_token_comes_when_it_has_sent_it(maker, log):
    token = (await send(maker, "post", "/api/ws-token/")).json()["token"]
    async with connected("/ws/live/") as connection:
        assert said(log, "connected") == []
        await connection.say({"type": "authenticate", "token": token})
        assert (await connection.ask({"type": "subscribe", "devices": "all"}))["type"] == "welcome"
        assert len(said(log, "A dashboard of maker connected.")) == 1


async def test_a_wrong_secret_is_told_by_the_device_it_was_for_and_counted(process, token, log):
    assert (await Connection("/ws/device/", bearer(SECRET), full=True).refusal())[0] == 401
    [(line, fields)] = said(log, "Refused")
    assert line.startswith("Refused (unauthorized): The token is not valid.")
    assert fields["device"] == "kitchen"
    assert process.counts.refused == {"unauthorized": 1}


@pytest.mark.parametrize("wrong", [SECRET, "all-of-it-may-be-a-secret"])
async def test_what_is_no_device_is_not_named(process, log, wrong):
    await Connection("/ws/device/", bearer(wrong), full=True).refusal()
    [(_, fields)] = said(log, "Refused")
    assert set(fields) == {"connection"}


@pytest.fixture
def disabled(new_device):
    return new_device("cellar", enabled=False)[1]


async def test_a_disabled_board_is_told(process, disabled, log):
    await Connection("/ws/device/", bearer(disabled), full=True).refusal()
    assert [fields["device"] for _, fields in said(log, "Refused (device_disabled)")] == ["cellar"]


async def test_over_http_a_wrong_secret_is_told_too(process, token, log, async_client):
    headers = {"authorization": f"Bearer {SECRET}"}
    assert (
        await send(async_client, "post", "/api/ingest/", {"temperature": 20}, **headers)
    ).status_code == 401
    assert [fields for _, fields in said(log, "Refused (unauthorized)")] == [{"device": "kitchen"}]


async def test_a_page_of_another_site_is_told(maker, log):
    await viewer(maker, "https://evil.example").refusal()
    assert len(said(log, "Refused (foreign_origin)")) == 1


async def test_a_dashboard_with_a_wrong_token_is_told(process, log):
    async with connected("/ws/live/") as connection:
        await connection.say({"type": "authenticate", "token": SECRET})
        assert await connection.closed() == TOKEN_REVOKED
    assert len(said(log, "Refused (unauthorized)")) == 1
    assert said(log, "connected") == []


class Console(logging.Handler):
    """As the settings have it, but with a memory of its own."""

    def __init__(self):
        super().__init__()
        self.addFilter(Repetition())
        self.told = []

    def emit(self, record):
        self.told.append(record.getMessage())


@pytest.fixture
def console():
    console, logger = Console(), logging.getLogger("liveapp.consumers.device")
    logger.addHandler(console)
    yield console
    logger.removeHandler(console)


async def test_boards_that_come_while_the_database_is_away_are_told_once(process, token, console):
    with database_away():
        for _ in range(3):
            assert (await Connection("/ws/device/", bearer(token), full=True).refusal())[0] == 503
    assert [line.partition(":")[0] for line in console.told] == ["Refused (storage_unavailable)"]
    assert process.counts.refused == {"storage_unavailable": 3}


async def test_no_secret_comes_into_the_log(maker, token, log):
    async with board(token), dashboard(maker):
        await Connection(f"/ws/device/?token={SECRET}", full=True).refusal()
        await Connection(f"/ws/nowhere/{SECRET}", full=True).refusal()
    text = " ".join(str(vars(record)) for record in log.records if record.name.startswith("liveapp"))
    assert "Refused (not_found)" in text
    assert token.partition(".")[2] not in text
    assert SECRET.partition(".")[2] not in text
