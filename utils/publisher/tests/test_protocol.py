"""The messages are those of docs/protocol, read from its own example files."""

import json
from pathlib import Path

import pytest

from utils.publisher.clock import Anchor, Stamp
from utils.publisher.errors import ProtocolError
from utils.publisher.protocol import (
    Ack,
    Command,
    Other,
    Refusal,
    Rejected,
    Welcome,
    parse,
    readings_message,
    result_message,
    shorten,
)
from utils.publisher.spool import Taken
from utils.publisher.tests.conftest import OpenSpool

EXAMPLES = Path(__file__).parents[3] / "docs" / "protocol" / "examples"


def example(name: str) -> str:
    return (EXAMPLES / name).read_text(encoding="utf-8")


def test_the_documented_welcome_is_understood():
    assert parse(example("to-device/welcome.json")) == Welcome("kitchen", 1763673600000, 1000, 1000)


def test_the_documented_ack_is_understood():
    rejected = Rejected(3, "humidity", "out_of_range", "humidity 140 is above 100 %")
    assert parse(example("to-device/ack.json")) == Ack(7, 1, 0, (rejected,))


def test_the_documented_error_is_understood():
    detail = "The database did not answer. Keep the readings and send them again."
    assert parse(example("to-device/error.json")) == Refusal(7, "storage_unavailable", detail, 1000)


def test_the_documented_command_is_understood():
    command = Command("5f0c2b7e9a1d4c3b", "show_message", {"text": "hello"})
    assert parse(example("to-device/command.json")) == command


def test_results_are_sent_as_documented():
    sent = result_message("5f0c2b7e9a1d4c3b", "")
    assert json.loads(sent) == json.loads(example("device/result.json"))


def test_a_result_tells_a_problem_within_what_the_server_reads():
    sent = json.loads(result_message("1", "no\nlight " * 100))
    assert sent["ok"] is False
    assert sent["detail"].startswith("no light")
    assert len(sent["detail"]) == 200


def test_every_documented_message_to_a_device_is_understood():
    files = sorted((EXAMPLES / "to-device").glob("*.json"))
    assert files
    assert not [file.name for file in files if isinstance(parse(file.read_text(encoding="utf-8")), Other)]


def test_readings_are_sent_as_documented(open_spool: OpenSpool):
    spool = open_spool()
    time_ms = 1763673600000
    values = {"temperature": 21.52, "humidity": 41.3, "pressure": 1008.77}
    spool.settle(Anchor(time_ms, 0))
    spool.commit([Taken(spool.next_seq(), Stamp(time_ms, 0), values)], ())
    (reading,) = spool.oldest(1)
    sent = json.loads(readings_message(7, [reading.text]))
    assert 0 <= time_ms - sent["readings"][0]["time"] < 32
    sent["readings"][0]["time"] = time_ms
    assert sent == json.loads(example("device/readings.json"))


def test_a_message_without_readings_is_still_json():
    assert json.loads(readings_message(1, [])) == {"type": "readings", "id": 1, "readings": []}


def test_a_message_of_a_newer_server_is_left_alone():
    assert parse('{"type": "firmware", "id": "1"}') == Other("firmware")


@pytest.mark.parametrize("identity", ["", "x" * 65, 7, None, ["1"]])
def test_a_command_that_cannot_be_answered_is_left_alone(identity):
    assert isinstance(parse(json.dumps({"type": "command", "id": identity, "command": "identify"})), Other)


@pytest.mark.parametrize(
    "frame",
    [
        b"\x00binary",
        "not json",
        "[" * 100_000,
        "7",
        "null",
        '{"type": "welcome"}',
        '{"type": "welcome", "device": "k", "time": "now", "max_readings": 1, "interval_ms": 1}',
        '{"type": "welcome", "device": "k", "time": 1e999, "max_readings": 1, "interval_ms": 1}',
        '{"type": "welcome", "device": "k", "time": true, "max_readings": 1, "interval_ms": 1}',
        '{"type": "welcome", "device": "k", "time": 5, "max_readings": 1, "interval_ms": 1}',
        '{"type": "welcome", "device": "k", "time": 1763673600000, "max_readings": 0, "interval_ms": 1}',
        '{"type": "ack", "id": 1, "stored": -1, "duplicates": 0}',
        '{"type": "ack", "id": 1, "stored": 1, "duplicates": 0, "rejected": {}}',
        '{"type": "ack", "id": 1, "stored": 1, "duplicates": 0, "rejected": [3]}',
        '{"type": "error", "id": 1.5, "code": "x"}',
    ],
)
def test_what_the_protocol_does_not_know_is_a_plain_error(frame):
    with pytest.raises(ProtocolError, match=r"^The server"):
        parse(frame)


def test_text_of_the_server_is_made_fit_for_a_log():
    assert shorten("a\x1b[31m\nb") == "a [31m b"
    assert len(shorten("x" * 10_000)) == 301
