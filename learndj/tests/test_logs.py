import json
import logging
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import TooManyFieldsSent
from django.test import RequestFactory

from learndj import logs
from learndj.logs import QUIETED, ClientMistakes, JsonLines, PlainFormatter, Repetition


def filtered(message, *, error=None):
    """A record as the console's handler would write it."""
    info = (type(error), error, None) if error else None
    record = logging.LogRecord("name", logging.ERROR, __file__, 1, message, (), info)
    assert ClientMistakes().filter(record)
    return logging.Formatter().format(record)


@pytest.mark.parametrize("message", QUIETED)
def test_outside_mistake_keeps_its_line_and_loses_its_traceback(message):
    assert filtered(message, error=UnicodeError("bad byte")) == f"{message} (UnicodeError)"


def test_what_django_refuses_as_an_attack_keeps_its_line_and_loses_its_traceback():
    """Anybody can have it logged as often as they like."""
    error = TooManyFieldsSent("too many")
    info = (type(error), error, None)
    refused = logging.LogRecord("django.security.TooManyFieldsSent", logging.ERROR, "", 1, "no", (), info)
    assert ClientMistakes().filter(refused)
    assert logging.Formatter().format(refused) == "no"


def test_other_error_keeps_its_traceback():
    assert filtered("It broke", error=ValueError("why")).endswith("ValueError: why")


def test_message_without_an_error_is_left_alone():
    assert filtered(QUIETED[0]) == QUIETED[0]


def record(message, *arguments, name="liveapp.consumers.device", **fields):
    made = logging.LogRecord(name, logging.INFO, __file__, 1, message, arguments, None)
    vars(made).update(fields)
    return made


def plain(made):
    return PlainFormatter("{levelname} {name}: {message}", style="{").format(made)


def test_a_line_of_a_connection_names_it_and_its_device():
    line = plain(record("%s connected.", "kitchen", device="kitchen", connection="5f", process=7))
    assert line == "INFO liveapp.consumers.device: kitchen connected. device=kitchen connection=5f process=7"


def test_a_line_of_nobody_in_particular_stays_as_it_is():
    assert plain(record("Here")) == "INFO liveapp.consumers.device: Here"


def test_what_a_client_named_cannot_begin_a_line_of_its_own():
    line = plain(record("The name is %s.", "x\nERROR root: hacked\x1b[31m", device="a\r\nb"))
    assert "\n" not in line
    assert "\x1b" not in line
    assert "x\\nERROR" in line


def test_an_error_of_ours_keeps_its_traceback_over_several_lines():
    made = record("It broke")
    made.exc_info = (ValueError, ValueError("why"), None)
    assert plain(made).splitlines() == ["INFO liveapp.consumers.device: It broke", "    ValueError: why"]


def test_no_line_of_a_traceback_can_pass_for_one_of_the_logs_own():
    made = record("It broke")
    made.exc_info = (ValueError, ValueError("why\n2026-11-21 04:00:00 ERROR root: hacked\x1b[31m"), None)
    assert all(line.startswith("    ") for line in plain(made).splitlines()[1:])
    assert "\x1b" not in plain(made)


def test_as_json_each_line_is_an_object_with_the_same_fields():
    line = JsonLines().format(record("%s connected.", "kitchen", device="kitchen", connection="5f"))
    said = json.loads(line)
    assert "\n" not in line
    assert said["message"] == "kitchen connected."
    assert (said["level"], said["device"], said["connection"]) == ("INFO", "kitchen", "5f")
    assert datetime.fromisoformat(said["time"]).utcoffset() == timedelta(0)
    assert {"logger", "process"} <= set(said)


def test_as_json_no_address_of_a_request_comes_into_the_log():
    request = RequestFactory().get("/sign-in/?token=secret")
    line = JsonLines().format(record("Broken: /sign-in/", request=request, status_code=500))
    assert "secret" in repr(request)
    assert set(json.loads(line)) == {"time", "level", "logger", "message", "process"}


def test_that_answers_are_refused_for_now_is_told_once_and_each_defect_for_itself():
    repetition = Repetition()
    for status, told in ((503, [True, False, False]), (500, [True, True, True])):
        refused = [record("%s: %s", "why", "/api/", name="django.request", status_code=status) for _ in told]
        assert [repetition.filter(one) for one in refused] == told


def test_what_is_away_for_hours_is_told_once(monkeypatch):
    now_s = [1000.0]
    monkeypatch.setattr(logs, "monotonic", lambda: now_s[0])
    repetition = Repetition()
    told = []
    for number in range(7200):
        told.append(repetition.filter(record("Away: %s", number, name="channels_redis.pubsub")))
        now_s[0] += 1
    assert told == [True] + [False] * 7199
    assert repetition.filter(record("Something else", name="channels_redis.pubsub"))


def test_what_goes_away_a_second_time_is_told_again(monkeypatch):
    now_s = [1000.0]
    monkeypatch.setattr(logs, "monotonic", lambda: now_s[0])
    repetition = Repetition()
    away = record("Away", name="channels_redis.pubsub")
    assert (repetition.filter(away), repetition.filter(away)) == (True, False)
    now_s[0] += logs.QUIET_S
    assert repetition.filter(away)


def test_of_our_own_lines_only_those_are_held_back_that_say_so():
    repetition = Repetition()
    assert [repetition.filter(record("The same")) for _ in range(3)] == [True, True, True]
    looked = [record("Looked for", is_repeated=True) for _ in range(3)]
    assert [repetition.filter(one) for one in looked] == [True, False, False]
    # A mark for the filter, not for who reads the line.
    assert "is_repeated" not in json.loads(JsonLines().format(looked[0]))
