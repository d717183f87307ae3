import logging

import pytest

from learndj.logs import QUIETED, ClientMistakes


def filtered(message, *, error=None):
    """A record as the console's handler would write it."""
    info = (type(error), error, None) if error else None
    record = logging.LogRecord("name", logging.ERROR, __file__, 1, message, (), info)
    assert ClientMistakes().filter(record)
    return logging.Formatter().format(record)


@pytest.mark.parametrize("message", QUIETED)
def test_outside_mistake_keeps_its_line_and_loses_its_traceback(message):
    assert filtered(message, error=UnicodeError("bad byte")) == f"{message} (UnicodeError)"


def test_other_error_keeps_its_traceback():
    assert filtered("It broke", error=ValueError("why")).endswith("ValueError: why")


def test_message_without_an_error_is_left_alone():
    assert filtered(QUIETED[0]) == QUIETED[0]
