"""Share links and who comes by them, for tests."""

from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth import get_user_model
from django.test import AsyncClient

from liveapp import share_door
from liveapp.clock import now_ms
from liveapp.models import Device, ShareLink
from liveapp.models.device import from_ms
from liveapp.share_door import Door
from liveapp.tests.doors import make_user, send

SHARER = ("add_sharelink", "view_sharelink")
HOUR_MS = 3_600_000


def new_share(
    *devices: Device,
    by: Any = None,
    start: int | None = None,
    end: int | None = None,
    lasts_ms: int = HOUR_MS,
) -> tuple[ShareLink, str]:
    """A link and its token; by default of a superuser, to all the past and what is live."""
    if by is None:
        by = get_user_model().objects.filter(username="sharer").first() or make_user("sharer")
    link = ShareLink(
        name="For the open day",
        numbers=[device.number for device in devices],
        start_ms=start,
        end_ms=end,
        user=by,
        by=by.get_username(),
        expires_at=from_ms(now_ms() + lasts_ms),
    )
    token = link.set_new_token()
    link.save(force_insert=True)
    return link, token


share = sync_to_async(new_share)


def by_link(token: str) -> dict[str, str]:
    return {"authorization": f"Share {token}"}


async def look(
    token: str, path: str = "/api/shared/", client: AsyncClient | None = None, **query: Any
) -> Any:
    """What the API answers to who has this token."""
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    return await send(client or AsyncClient(), "GET", f"{path}?{asked}", **by_link(token))


async def history(token: str, **query: Any) -> Any:
    return await look(token, "/api/shared/history/", **query)


def forget_guesses(monkeypatch: Any) -> None:
    """The door has seen nobody yet."""
    monkeypatch.setattr(share_door, "_door", Door())
