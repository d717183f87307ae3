"""Links that sign a person in."""

from typing import Any
from urllib.parse import urlencode

import sesame.utils

SCOPE = "sign-in"


def sign_in_link(user: Any, base_url: str) -> str:
    """Works once, for a day."""
    token = sesame.utils.get_token(user, scope=SCOPE)
    return f"{base_url}/sign-in/?{urlencode({'token': token})}"
