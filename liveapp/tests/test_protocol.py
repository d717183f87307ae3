import json
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liveapp import protocol
from liveapp.errors import (
    InvalidJson,
    InvalidMessage,
    Refusal,
    StorageUnavailable,
    TooManyReadings,
    UnknownDevice,
)
from liveapp.protocol import Authenticate, AuthenticateByShare, Event, Readings, Rejected, Result, Subscribe

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "protocol" / "examples"


def text_of(folder: str, name: str) -> str:
    return (EXAMPLES / folder / f"{name}.json").read_text()


def example(folder: str, name: str) -> Any:
    return json.loads(text_of(folder, name))


def shape_of(value: Any) -> Any:
    """The keys and the kinds of a JSON value, in their order."""
    if isinstance(value, dict):
        return [(key, shape_of(inner)) for key, inner in value.items()]
    return [shape_of(inner) for inner in value] if isinstance(value, list) else type(value)


# What a device sends


def test_example_of_readings_is_parsed():
    message = protocol.parse_device_message(text_of("device", "readings"))
    reading = {"time": 1763673600000, "temperature": 21.52, "humidity": 41.3, "pressure": 1008.77}
    assert message == Readings(7, [reading])


def test_example_of_a_bare_reading_is_parsed():
    assert protocol.parse_device_message(text_of("device", "bare-reading")) == Readings(
        None, [{"temperature": 21.5}]
    )


def test_example_of_an_event_is_parsed():
    message = protocol.parse_device_message(text_of("device", "event"))
    assert message == Event(8, 1763673600250, "joystick", "up", "pressed")


def test_example_of_a_result_is_parsed():
    message = protocol.parse_device_message(text_of("device", "result"))
    assert message == Result("5f0c2b7e9a1d4c3b", True, "")


def test_every_example_of_a_device_has_a_test_here():
    tested = {"readings", "bare-reading", "event", "result"}
    assert {path.stem for path in (EXAMPLES / "device").iterdir()} == tested


def test_batch_without_a_type_is_a_batch():
    assert protocol.parse_device_message('{"readings":[]}') == Readings(None, [])


def test_events_direction_and_action_may_be_left_out():
    message = protocol.parse_device_message('{"type":"event","time":5,"event":"rain"}')
    assert message == Event(None, 5, "rain", "", "")


@pytest.mark.parametrize(
    "time", ["-1", "1.0", "null", '"5"', "true", "4398046511104"], ids=lambda text: f"time {text}"
)
def test_event_at_no_whole_millisecond_is_refused(time):
    with pytest.raises(InvalidMessage, match=r'^"time" must be whole milliseconds') as refused:
        protocol.parse_device_message(f'{{"type":"event","id":8,"event":"rain","time":{time}}}')
    assert refused.value.message_id == 8


@pytest.mark.parametrize("text", ["", "a\nb", "a\x00b", "x" * 65, "\ud800", 5, None, ["x"]], ids=repr)
def test_event_with_an_unprintable_name_is_refused_with_its_id(text):
    with pytest.raises(InvalidMessage, match=r'^"event" must be a string of 1 to 64') as refused:
        protocol.parse_device_message(json.dumps({"type": "event", "id": 8, "time": 5, "event": text}))
    assert refused.value.message_id == 8


def test_binary_frame_is_refused():
    with pytest.raises(InvalidJson, match="The frame is binary"):
        protocol.parse_device_message(None)


@pytest.mark.parametrize(
    "text", ["", "{", "{'a': 1}", "nul", '{"a":1}x', "\ufeff{}", "1" * 5_000, '{"a":' * 9_000]
)
def test_frame_that_is_not_json_is_refused(text):
    with pytest.raises(InvalidJson, match=r"^The message is not JSON: .+ Send one JSON object\.$"):
        protocol.parse_device_message(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("[]", "a list"),
        ("5", "a number"),
        ("NaN", "a number"),
        ('"x"', "a string"),
        ("null", "null"),
        ("true", "true or"),
    ],
)
def test_frame_that_is_not_an_object_is_refused_by_its_kind(text, kind):
    with pytest.raises(InvalidMessage, match=f"^The message is {kind}"):
        protocol.parse_device_message(text)


def test_unknown_type_is_refused_with_the_id():
    with pytest.raises(InvalidMessage, match=r'^Unknown type "redaings"\. A device sends') as refused:
        protocol.parse_device_message('{"type":"redaings","id":7}')
    assert refused.value.message_id == 7


@pytest.mark.parametrize(("readings", "said"), [("5", "a number"), ("null", "null"), ("{}", "an object")])
def test_readings_of_another_kind_are_refused(readings, said):
    with pytest.raises(InvalidMessage, match=f'^"readings" is {said}') as refused:
        protocol.parse_device_message(f'{{"type":"readings","id":7,"readings":{readings}}}')
    assert refused.value.message_id == 7


def test_missing_readings_are_called_missing():
    with pytest.raises(InvalidMessage, match=r'^"readings" is missing\. It must be a list'):
        protocol.parse_device_message('{"type":"readings","id":7}')


def test_a_thousand_readings_are_taken():
    assert len(protocol.parse_readings({"readings": [{}] * 1_000}).readings) == 1_000


def test_more_than_a_thousand_readings_are_refused_with_the_id():
    with pytest.raises(TooManyReadings, match=r"^1001 readings in one message, at most 1000") as refused:
        protocol.parse_readings({"id": 7, "readings": [{}] * 1_001})
    assert refused.value.message_id == 7


@pytest.mark.parametrize("message_id", [0, 2**53 - 1])
def test_id_at_either_end_is_taken(message_id):
    assert protocol.parse_readings({"id": message_id, "readings": []}).id == message_id


@pytest.mark.parametrize("message_id", [-1, 2**53, 1.0, True, "7", None, [7], {}], ids=repr)
def test_id_that_is_none_is_refused(message_id):
    with pytest.raises(
        InvalidMessage, match=r'^"id" is .+ It must be a whole number from 0 to 9007199254740991\.$'
    ):
        protocol.parse_readings({"id": message_id, "readings": []})


def test_posted_bare_reading_is_parsed():
    assert protocol.parse_body(b'{"temperature":21.5}') == Readings(None, [{"temperature": 21.5}])


def test_posted_batch_is_parsed_with_or_without_its_type():
    with_type = protocol.parse_body(b'{"type":"readings","id":7,"readings":[{}]}')
    assert with_type == protocol.parse_body(b'{"id":7,"readings":[{}]}') == Readings(7, [{}])


def test_posted_bytes_that_are_not_utf8_are_refused():
    with pytest.raises(InvalidJson):
        protocol.parse_body(b'{"a":"\xff"}')


# What a dashboard sends


def test_example_of_authenticate_is_parsed():
    message = protocol.parse_dashboard_message(text_of("dashboard", "authenticate"))
    assert message == Authenticate("AAAAAf2Jp7w4h1tqv8mS0xYg")


def test_example_of_authenticate_by_a_share_link_is_parsed():
    message = protocol.parse_dashboard_message(text_of("dashboard", "authenticate-share"))
    assert isinstance(message, AuthenticateByShare)
    assert message.token == example("dashboard", "authenticate-share")["share"]


def test_example_of_subscribe_is_parsed():
    message = protocol.parse_dashboard_message(text_of("dashboard", "subscribe"))
    assert message == Subscribe(frozenset({"kitchen"}))


def test_example_of_subscribe_to_all_is_parsed():
    assert protocol.parse_dashboard_message(text_of("dashboard", "subscribe-all")) == Subscribe(None)


def test_every_example_of_a_dashboard_has_a_test_here():
    names = {path.stem for path in (EXAMPLES / "dashboard").iterdir()}
    assert names == {"authenticate", "authenticate-share", "subscribe", "subscribe-all"}


@pytest.mark.parametrize("devices", [None, 5, "kitchen", {"kitchen": 1}, [1], [["kitchen"]], ["x"] * 1_001])
def test_subscription_to_what_cannot_be_devices_is_refused(devices):
    with pytest.raises(
        InvalidMessage, match=r'^"devices" must be "all" or a list of at most 1000 device ids\.$'
    ):
        protocol.parse_dashboard_message(json.dumps({"type": "subscribe", "devices": devices}))


@pytest.mark.parametrize(("name", "said"), [("\ud800", r'"\ud800"'), ("a\x00", r'"a\u0000"')])
def test_subscription_to_a_name_no_device_can_have_is_refused(name, said):
    with pytest.raises(UnknownDevice) as refused:
        protocol.parse_dashboard_message(json.dumps({"type": "subscribe", "devices": ["kitchen", name]}))
    assert refused.value.detail == f"There is no device {said}. Known ids are in GET /api/devices/."


@pytest.mark.parametrize("token", ["", "x" * 1_001, None, 5, "\ud800"])
def test_authenticate_without_a_possible_token_is_refused(token):
    with pytest.raises(InvalidMessage, match=r'^"token" must be a string of 1 to 1000'):
        protocol.parse_dashboard_message(json.dumps({"type": "authenticate", "token": token}))


@pytest.mark.parametrize("text", ["{}", '{"type":null}', '{"type":"readings"}', '{"type":["subscribe"]}'])
def test_unknown_type_of_a_dashboard_is_refused(text):
    with pytest.raises(InvalidMessage, match=r'A dashboard sends "authenticate" or "subscribe"\.$'):
        protocol.parse_dashboard_message(text)


# What the server sends


def test_device_welcome_is_its_example():
    welcome = protocol.device_welcome("kitchen", time_ms=1763673600000, interval_ms=1000)
    assert welcome == example("to-device", "welcome")
    assert shape_of(welcome) == shape_of(example("to-device", "welcome"))


def test_ack_is_its_example():
    rejected = Rejected(3, "out_of_range", "humidity 140 is above 100 %", "humidity")
    ack = protocol.ack(7, stored=1, duplicates=0, rejected=[rejected])
    assert ack == example("to-device", "ack")
    assert shape_of(ack) == shape_of(example("to-device", "ack"))


def test_error_is_its_example():
    detail = "The database did not answer. Keep the readings and send them again."
    error = protocol.error(StorageUnavailable(detail, message_id=7))
    assert error == example("to-device", "error")
    assert shape_of(error) == shape_of(example("to-device", "error"))


def test_command_is_its_example():
    command = protocol.command("5f0c2b7e9a1d4c3b", "show_message", {"text": "hello"})
    assert command == example("to-device", "command")


def test_every_example_to_a_device_has_a_test_here():
    tested = {"welcome", "ack", "error", "command"}
    assert {path.stem for path in (EXAMPLES / "to-device").iterdir()} == tested


def test_answer_to_a_message_without_an_id_has_none():
    assert "id" not in protocol.ack(None, stored=1, duplicates=0)
    assert "id" not in protocol.error(InvalidMessage("No."))


def test_error_that_no_waiting_mends_has_no_retry():
    assert protocol.error(InvalidMessage("No.")) == {
        "type": "error",
        "code": "invalid_message",
        "detail": "No.",
    }


def test_rejection_of_a_whole_reading_names_no_metric():
    entry = protocol.ack(7, stored=0, duplicates=0, rejected=[Rejected(0, "empty", "Nothing.")])["rejected"][
        0
    ]
    assert entry == {"index": 0, "code": "empty", "detail": "Nothing."}


def test_encoding_is_compact_and_keeps_letters():
    assert protocol.encode({"unit": "°C", "value": 21.5}) == '{"unit":"°C","value":21.5}'


def test_not_a_number_never_goes_out():
    with pytest.raises(ValueError, match="not JSON compliant"):
        protocol.encode({"value": float("nan")})


# Hostile words


@pytest.mark.parametrize("parse", [protocol.parse_device_message, protocol.parse_dashboard_message])
@pytest.mark.parametrize("message", ['{"type":%s}', '{"id":%s,"type":"readings","readings":[]}'])
def test_nesting_just_short_of_the_limit_is_refused_in_words(parse, message):
    """What the parser can just descend into must not be too deep to be quoted back."""
    for depth in range(sys.getrecursionlimit() - 200, sys.getrecursionlimit() + 10):
        with pytest.raises(Refusal):
            parse(message % ("[" * depth + "]" * depth))


def test_quoted_words_of_a_client_are_short_and_plain():
    assert protocol.shorten("x" * 1_000_000) == '"' + "x" * 39 + "…"
    assert protocol.shorten("\ud800\n") == r'"\ud800\n"'


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
WORDS = ["type", "id", "readings", "event", "time", "subscribe", "authenticate", "devices", "token", "all"]
MESSAGES = st.dictionaries(st.sampled_from(WORDS), st.sampled_from(WORDS) | JSON_VALUES, max_size=6)
PARSERS = [protocol.parse_device_message, protocol.parse_dashboard_message, protocol.parse_body]


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=80) | st.binary(max_size=80) | MESSAGES.map(json.dumps), st.sampled_from(PARSERS))
def test_junk_is_parsed_or_refused_and_the_answer_can_be_sent(junk, parse):
    try:
        parse(junk)
    except Refusal as refusal:
        protocol.encode(protocol.error(refusal)).encode()


def test_ten_thousand_torn_messages_are_parsed_or_refused():
    whole = text_of("device", "readings").encode()
    refused = 0
    for n in range(10_000):
        position, byte = n % len(whole), bytes([n * 7 % 256])
        try:
            protocol.parse_body(whole[:position] + byte + whole[position + n % 3 :])
        except Refusal:
            refused += 1
    assert 5_000 < refused < 10_000
