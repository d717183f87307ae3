"""Every message of both sockets, times what may come with it: who is let in, and who is told what.

The messages are those of docs/protocol/examples/: one without a row here fails.
"""

from collections.abc import Callable
from typing import Any

import pytest
import sesame.utils
from asgiref.sync import sync_to_async
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from liveapp import ws_tokens
from liveapp.access import SEE_ALL, VIEW_DEVICES, Access
from liveapp.accounts.links import SCOPE as SIGN_IN_SCOPE
from liveapp.audience import Sight, View
from liveapp.models import Device
from liveapp.narrowing import narrowed
from liveapp.roles import make_roles
from liveapp.tests.doors import EXAMPLES, Connection, bearer, cookies, example, make_user, signed_in
from liveapp.tests.links import by_link, new_share

# Whom each message to a dashboard is for: those who see its device, those who may view its object, or all.
DEVICE, OBJECT, ALL = "device", "object", "all"
TO_DASHBOARD = {
    "annotation-change": OBJECT,
    "change": OBJECT,
    "changes": OBJECT,
    "event": DEVICE,
    "gap": ALL,
    "interrupted": ALL,
    "notification": OBJECT,
    "ping": ALL,
    "presence": DEVICE,
    "readings": DEVICE,
    "resumed": ALL,
}
# Made for one viewer alone, and not from the ring.
ANSWERS = {"error", "notifications-read", "welcome", "welcome-share"}
STRANGER = View(Sight(hidden=frozenset({"kitchen", "cellar"})), Access(frozenset({VIEW_DEVICES})))
NO_RIGHTS = View(Sight(), Access(groups=frozenset({"physics"})))
SEES = View(Sight(), Access(frozenset({VIEW_DEVICES, SEE_ALL, "liveapp.view_annotation", "auth.view_user"})))


def of_ring(name: str) -> dict[str, Any]:
    """An example as a hub has it: with the guard that goes nowhere."""
    message = example(f"to-dashboard/{name}")
    for one in message.get("changes", [message] if "model" in message else []):
        one["guard"] = guard_of(one)
    return dict(message)


def guard_of(change: dict[str, Any]) -> dict[str, Any]:
    permissions = {"person": "auth.view_user"}
    permission = permissions.get(change["model"], f"liveapp.view_{change['model']}")
    guard: dict[str, Any] = {"permission": permission, "fields": {"groups": SEE_ALL}}
    if change.get("type") == "notification":
        return {"permission": permission, "groups": ["physics"], "author": "7"}
    if change["model"] == "device":
        return guard | {"before": ["physics"], "after": None if change["action"] == "remove" else ["physics"]}
    return guard | ({"devices": [change["device"]]} if change.get("device") else {})


def test_every_message_to_a_dashboard_has_a_row():
    named = {path.stem for path in (EXAMPLES / "to-dashboard").glob("*.json")}
    assert named == TO_DASHBOARD.keys() | ANSWERS


@pytest.mark.parametrize("name", sorted(name for name, whom in TO_DASHBOARD.items() if whom != ALL))
def test_who_does_not_see_the_device_is_told_nothing(name):
    message = of_ring(name)
    if name == "changes":
        message["changes"] = [one for one in message["changes"] if one["model"] == "device"]
    assert narrowed(message, STRANGER) is None


@pytest.mark.parametrize("name", sorted(name for name, whom in TO_DASHBOARD.items() if whom == OBJECT))
def test_who_may_not_view_its_kind_is_told_nothing(name):
    assert narrowed(of_ring(name), NO_RIGHTS) is None


@pytest.mark.parametrize("name", sorted(TO_DASHBOARD))
def test_who_may_is_told_and_never_how_it_is_guarded(name):
    told = narrowed(of_ring(name), SEES)
    assert told is not None
    assert "guard" not in str(told)


@pytest.mark.parametrize("name", sorted(name for name, whom in TO_DASHBOARD.items() if whom == ALL))
def test_what_is_for_all_is_of_no_device(name):
    assert not {"device", "devices", "series", "data"} & example(f"to-dashboard/{name}").keys()


# Who may come in.


class Keys:
    """One of each kind of what somebody may show at a door."""

    def __init__(self, device_token: str, person: Any, cookie: dict[str, str]) -> None:
        self.device_token = device_token
        self.ws_token = ws_tokens.new_token(person, "")
        self.sign_in_token = sesame.utils.get_token(person, scope=SIGN_IN_SCOPE)
        self.cookie = cookie
        self.share_token = new_share(Device.objects.get())[1]

    @property
    def page(self) -> dict[str, str]:
        return {**self.cookie, "origin": "http://testserver"}


@pytest.fixture
async def keys(process, new_device) -> Keys:
    _, token = await sync_to_async(new_device)("kitchen")
    client = await signed_in("ada", ())
    ada = await get_user_model().objects.aget(username="ada")
    return await sync_to_async(Keys)(token, ada, cookies(client))


Shown = Callable[[Keys], Any]
LIVE, BOARD = "/ws/live/", "/ws/device/"
SUBSCRIBE = {"type": "subscribe", "devices": "all"}
# A door, what is shown in its headers, what is said first, and what comes of it: a close code, or the answer's type.
LIVE_TRIES: dict[str, tuple[Shown, Shown | None, int | str]] = {
    "a session": (lambda keys: keys.page, None, "welcome"),
    "a session without an origin": (lambda keys: keys.cookie, None, 4401),
    "nothing": (lambda keys: {}, None, 4401),
    "a device's token in its header": (lambda keys: bearer(keys.device_token), None, 4401),
    "a WebSocket token": (lambda keys: {}, lambda keys: keys.ws_token, "welcome"),
    "a WebSocket token in its header": (lambda keys: bearer(keys.ws_token), None, 4401),
    "a device's token": (lambda keys: {}, lambda keys: keys.device_token, 4401),
    "a sign-in link's token": (lambda keys: {}, lambda keys: keys.sign_in_token, 4401),
    "a share link's token": (lambda keys: {}, lambda keys: keys.share_token, 4401),
    "a share link's token in its header": (lambda keys: by_link(keys.share_token), None, 4401),
}


@pytest.mark.parametrize("shown", LIVE_TRIES)
async def test_a_dashboard_is_let_in_with_what_is_meant_for_it_alone(keys, shown):
    headers, token, expected = LIVE_TRIES[shown]
    connection = Connection(LIVE, headers(keys), full=True)
    assert await connection.accepted()
    if token is not None:
        await connection.say({"type": "authenticate", "token": token(keys)})
    await connection.say(SUBSCRIBE)
    if isinstance(expected, int):
        answer = await connection.hear()
        assert (answer["type"], await connection.closed()) == ("error", expected)
        assert "kitchen" not in str(answer)
    else:
        assert (await connection.hear())["type"] == expected
        await connection.disconnect()


@pytest.mark.parametrize("kind", ["device_token", "ws_token", "sign_in_token", "share_token"])
@pytest.mark.parametrize("beside", [False, True], ids=["no session", "a session"])
async def test_a_link_is_opened_by_its_own_token_alone(keys, kind, beside):
    connection = Connection(LIVE, keys.page if beside else None, full=True)
    assert await connection.accepted()
    await connection.say({"type": "authenticate", "share": getattr(keys, kind)})
    answer = await connection.ask(SUBSCRIBE)
    if kind == "share_token":
        assert (answer["type"], answer["user"]) == ("welcome", None)
        await connection.disconnect()
    else:
        assert (answer["code"], await connection.closed()) == ("unauthorized", 4401)
        assert "kitchen" not in str(answer)


BOARD_TRIES: dict[str, tuple[Shown, Shown | None, bool]] = {
    "a device's token": (lambda keys: bearer(keys.device_token), None, True),
    "a device's token in its address": (lambda keys: {}, lambda keys: keys.device_token, True),
    "nothing": (lambda keys: {}, None, False),
    "a session": (lambda keys: keys.page, None, False),
    "a WebSocket token": (lambda keys: bearer(keys.ws_token), None, False),
    "a WebSocket token in its address": (lambda keys: {}, lambda keys: keys.ws_token, False),
    "a sign-in link's token": (lambda keys: bearer(keys.sign_in_token), None, False),
    "a share link's token": (lambda keys: bearer(keys.share_token), None, False),
}


@pytest.mark.parametrize("shown", BOARD_TRIES)
async def test_a_board_is_let_in_with_its_own_token_alone(keys, shown):
    headers, in_address, is_let_in = BOARD_TRIES[shown]
    path = f"{BOARD}?token={in_address(keys)}" if in_address is not None else BOARD
    connection = Connection(path, headers(keys), full=True)
    if is_let_in:
        assert await connection.accepted()
        assert (await connection.hear())["type"] == "welcome"
        await connection.disconnect()
    else:
        status, body = await connection.refusal()
        assert (status, body["code"]) == (401, "unauthorized")
        assert "kitchen" not in str(body)


@pytest.mark.parametrize("role", [None, "viewer", "operator", "administrator"])
async def test_what_a_dashboard_is_told_at_first_is_what_its_role_may_see(process, new_device, role):
    await sync_to_async(make_roles)()
    await sync_to_async(new_device)("kitchen")
    await sync_to_async(new_device)("zebra", metrics=["zebra_ppm"], groups=["zebras"])
    client = await signed_in("boss")
    user = await sync_to_async(make_user)("ada", ())
    await sync_to_async(user.user_permissions.clear)()
    if role is not None:
        await user.groups.aadd(await Group.objects.aget(name=role))
    await client.aforce_login(user, backend="django.contrib.auth.backends.ModelBackend")
    connection = Connection(LIVE, {**cookies(client), "origin": "http://testserver"}, full=True)
    assert await connection.accepted()
    await connection.say(SUBSCRIBE)
    answer = await connection.hear()
    if role is None:
        assert (answer["code"], await connection.closed()) == ("permission_denied", 4403)
        return
    assert ("zebra" in str(answer)) == (role == "administrator")
    await connection.disconnect()


def test_every_message_of_a_dashboard_is_tried():
    """A new one needs tries of its own above: what may be asked with it, and by whom."""
    assert {path.stem for path in (EXAMPLES / "dashboard").glob("*.json")} == {
        "authenticate",
        "authenticate-share",
        "subscribe",
        "subscribe-all",
    }
