"""JSON as it comes from outside: what the rest of the server could not walk through, or write down, ends here."""

import json
from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

# No body of ours is deeper than five.
MAX_DEPTH = 50


class PlainJSONParser(JSONParser):
    """Raises ParseError for what is no JSON, is nested too deeply, or has halves of characters in it."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        try:
            data = super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise _too_deep() from error
        _check_depth(data)
        try:
            json.dumps(data, ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            raise ParseError(
                "JSON parse error - a character is only half there (\\ud800 to \\udfff)."
            ) from error
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
