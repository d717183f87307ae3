"""JSON as it comes from outside: what the rest of the server could not walk through, or write down, ends here."""

import json
from typing import Any

from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import JSONParser

# No body of ours is deeper than five.
MAX_DEPTH = 50
HALF = "use whole characters: one is only half there (\\ud800 to \\udfff)."


class PlainJSONParser(JSONParser):
    """Raises ParseError for what is no JSON or nested too deeply, ValidationError for halves of characters."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        try:
            data = super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise _too_deep() from error
        _check_depth(data)
        if not is_whole(data):
            raise _halves(data)
        return data


def _check_depth(data: Any) -> None:
    level = [data]
    for _ in range(MAX_DEPTH):
        level = [part for one in level for part in _parts(one)]
        if not level:
            return
    raise _too_deep()


def _parts(one: Any) -> Any:
    if isinstance(one, dict):
        return one.values()
    return one if isinstance(one, list) else ()


def _too_deep() -> ParseError:
    return ParseError(f"JSON parse error - it is nested more than {MAX_DEPTH} deep.")


def is_whole(data: Any) -> bool:
    """No character is only half there: such text can be neither sent nor stored."""
    try:
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _halves(data: Any) -> Exception:
    """By field, where the fields themselves can be named."""
    if isinstance(data, dict) and all(map(is_whole, data)):
        return ValidationError({name: [HALF] for name, value in data.items() if not is_whole(value)})
    return ParseError(f"JSON parse error - {HALF}")
