"""Every door of the HTTP side times everybody who may come: who gets in, and what those learn who do not.

The doors are read from the addresses themselves: one without a row in door_table.py fails here.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import AsyncClient
from django.urls import get_resolver
from django.views.generic import RedirectView

from liveapp.clock import now_ms
from liveapp.models import Annotation, Attempts, Device, Metric, ShareLink
from liveapp.roles import ROLES, make_roles
from liveapp.tests.door_table import API, EVERYONE, NOBODYS, PAGES, PEOPLE, Row
from liveapp.tests.doors import counted_queries, put

ROWS = API | PAGES
BACKEND = "django.contrib.auth.backends.ModelBackend"
# Signed in without a role, and one of each.
PERSONS = ("nobody", *ROLES)
# All that is hidden here says this somewhere.
SECRET = "zebra"
# By whether it is a stranger's, and by status.
SHUT_CODES = {
    (True, 401): ["unauthorized"],
    (True, 403): ["not_signed_in"],
    (False, 401): ["unauthorized"],
    (False, 403): ["permission_denied"],
    (False, 404): ["not_found"],
}
NO_JSON = ("GET metrics", "GET api/docs/", "GET api/schema/")
REGEX_GROUP = re.compile(r"\(\?P<(\w+)>[^)]*\)")
TYPED = re.compile(r"<\w+:(\w+)>")


def doors() -> Iterator[str]:
    """Method and route of each."""
    for route, callback in _views(get_resolver().url_patterns):
        if not route.startswith("admin/") or issubclass(
            getattr(callback, "view_class", object), RedirectView
        ):
            yield from (f"{method} {_readable(route)}" for method in _methods(callback))


def _views(patterns: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        route = f"{prefix}{pattern.pattern}"
        if hasattr(pattern, "url_patterns"):
            yield from _views(pattern.url_patterns, route)
        else:
            yield route, pattern.callback


def _readable(route: str) -> str:
    return TYPED.sub(r"<\1>", REGEX_GROUP.sub(r"<\1>", route)).replace("^", "").replace("$", "")


def _methods(callback: Any) -> list[str]:
    view = getattr(callback, "cls", getattr(callback, "view_class", None))
    if view is None or issubclass(view, RedirectView):
        return ["GET"]
    handled = set(getattr(callback, "actions", {})) or {
        name for name in view.http_method_names if hasattr(view, name)
    }
    return sorted(name.upper() for name in handled & set(view.http_method_names) - {"head", "options"})


ALL_DOORS = sorted(set(doors()) - {f"GET admin/{name}" for name in ("<app_label>/<model>/<object_id>/",)})


def test_every_door_has_a_row_and_every_row_a_door():
    own = {door for door in ALL_DOORS if not re.search(r"admin/\w+/\w+/", door)}
    assert own == set(ROWS)


@dataclass
class Target:
    """What a row's address and body name: a device, and what is of it."""

    names: dict[str, str] = field(default_factory=dict)

    def fill(self, template: Any) -> Any:
        if isinstance(template, dict):
            return {key: self.fill(value) for key, value in template.items()}
        if isinstance(template, list):
            return [self.fill(value) for value in template]
        if template == "{soon}":
            return now_ms() + 3_600_000
        return template.format(**self.names) if isinstance(template, str) else template


def make_target(name: str, **fields: Any) -> Target:
    device, _ = Device.create(id=name, name=name.title(), metrics=["temperature"], **fields)
    put(device, [1_700_000_000_000], temperature=21.5)
    note = Annotation.objects.create(
        text=f"Of {name}", start_ms=5, author="maker", **Annotation.about(device)
    )
    link = ShareLink(
        name=name, numbers=[device.number], by="maker", expires_at=datetime.now(UTC) + timedelta(days=1)
    )
    link.set_new_token()
    link.save(force_insert=True)
    return Target({"device": name, "note": str(note.pk), "share": str(link.pk)})


MISSING = Target({"device": "nothing-here", "note": NOBODYS, "share": NOBODYS})


def make_world() -> None:
    """The roles, somebody in each, and beside them a device that only the group of zebras sees."""
    make_roles()
    Group.objects.create(name=f"{SECRET}s")
    make_target(f"{SECRET}-lab", groups=[f"{SECRET}s"])
    Device.objects.filter(id=f"{SECRET}-lab").update(metrics=[f"{SECRET}_ppm"])
    Metric.objects.create(name=f"{SECRET}_ppm", label=f"{SECRET} parts")
    for role in PERSONS:
        person = get_user_model().objects.create_user(role, is_staff=role == "administrator")
        person.groups.set(Group.objects.filter(name=role))


@pytest.fixture
def built(settings: Any, tmp_path: Path) -> None:
    """The dashboard, as if it had been built."""
    settings.FRONTEND_DIR = tmp_path
    (tmp_path / "index.html").write_text("<!doctype html>")


@pytest.fixture
async def everybody(database, built) -> dict[str, AsyncClient]:
    """A client for each, and one for a stranger."""
    await sync_to_async(make_world)()
    clients = {role: AsyncClient() for role in ("stranger", *PERSONS)}
    for role in PERSONS:
        await clients[role].aforce_login(await get_user_model().objects.aget(username=role), backend=BACKEND)
    return clients


async def knock(client: AsyncClient, door: str, target: Target) -> tuple[Any, str]:
    """The answer, and all of its text."""
    row, method = ROWS[door], door.partition(" ")[0]
    body = target.fill(row.body)
    data = b"" if body is None else body if isinstance(body, str) else json.dumps(body)
    response = await client.generic(method, target.fill(row.path), data, row.content_type)
    if getattr(response, "is_async", False):
        stream: Any = response
        chunks = [chunk async for chunk in stream.streaming_content]
        return response, b"".join(chunks).decode("utf-8", "replace")
    return response, response.content.decode("utf-8", "replace")


def lets_in(row: Row, role: str) -> bool:
    if row.who == EVERYONE:
        return True
    if role == "stranger":
        return False
    return row.who == PEOPLE or (role[0].upper() in row.who and role in ROLES)


@pytest.mark.parametrize("door", sorted(ROWS))
async def test_a_door_lets_in_whom_it_should_and_nobody_else(everybody, door):
    for role, client in everybody.items():
        target = await sync_to_async(make_target)(f"open-{role}")
        # They all come from one address; how often it may try is another test's matter.
        await Attempts.objects.all().adelete()
        response, text = await knock(client, door, target)
        if lets_in(ROWS[door], role):
            assert response.status_code == ROWS[door].status, (role, text)
        else:
            _assert_shut(role, door, response, text)
        if role not in ("administrator",):
            assert SECRET not in text.lower(), (role, text)


@pytest.mark.parametrize("door", sorted(ROWS))
async def test_no_cache_keeps_what_a_door_answers(everybody, door):
    for role in ("administrator", "stranger"):
        target = await sync_to_async(make_target)(f"open-{role}")
        await Attempts.objects.all().adelete()
        response, _ = await knock(everybody[role], door, target)
        said = {one.strip() for one in response.headers["Cache-Control"].split(",")}
        assert {"private", "no-store"} <= said, (role, said)
        assert "ETag" not in response.headers


async def test_a_method_that_is_meant_nowhere_is_refused_and_no_defect(everybody):
    target = await sync_to_async(make_target)("open")
    for path in {row.path for row in API.values()}:
        for method in ("OPTIONS", "PATCH", "PUT", "PROPFIND", "TRACE"):
            for role in ("administrator", "viewer", "stranger"):
                answer = await everybody[role].generic(method, target.fill(path), b"{}", "application/json")
                assert answer.status_code < 500, (method, path)
                assert method in ("OPTIONS", "PATCH") or answer.status_code >= 400, (method, path)


# In Python's own hands some of them could not even be written down.
UNFIT = {
    "deep": "[" * 60_000 + "]" * 60_000,
    "as deep as Python reads": '{"a":' * 700 + "1" + "}" * 700,
    "a field that is half a character": '{"\\ud800": 1}',
    "half a character": '{"role": "\\ud800", "groups": ["\\ud800"], "name": "x", "username": "x"}',
}


@pytest.mark.parametrize("kind", UNFIT)
async def test_a_body_that_nothing_can_be_made_of_is_refused_and_no_defect(everybody, kind):
    target = await sync_to_async(make_target)("open")
    for door in (door for door, row in API.items() if isinstance(row.body, dict)):
        method, path = door.partition(" ")[0], target.fill(API[door].path)
        for role in ("administrator", "stranger"):
            answer = await everybody[role].generic(method, path, UNFIT[kind], "application/json")
            assert answer.status_code in (400, 401, 403, 404), (door, answer.content)
            if role == "administrator" and answer.status_code == 400:
                assert json.loads(answer.content)["code"] in ("invalid_json", "invalid_message", "invalid")


def _assert_shut(role: str, door: str, response: Any, text: str) -> None:
    row = ROWS[door]
    if role == "nobody" and row.names_a_device and response.status_code == 404:
        # For who sees no device none is there.
        return
    if door in NO_JSON:
        assert response.status_code in (401, 403), (role, text)
    else:
        expected = min(row.shut, 403) if role == "stranger" else row.shut
        assert response.status_code == expected, (role, text)
        assert json.loads(text)["code"] in SHUT_CODES[role == "stranger", expected], (role, text)
    assert role != "stranger" or not response.cookies


@pytest.mark.parametrize("door", sorted(door for door, row in ROWS.items() if row.names_a_device))
async def test_what_is_hidden_answers_as_if_it_did_not_exist(everybody, door):
    """The same words, status and headers, and as much work: neither what is said nor how long it takes tells more."""
    for role in ("viewer", "operator"):
        hidden = await sync_to_async(make_target)(f"{SECRET}-of-{role}", groups=[f"{SECRET}s"])
        # Content types and the like are looked up once.
        await knock(everybody[role], door, MISSING)
        with counted_queries() as for_missing:
            missing, missing_text = await knock(everybody[role], door, MISSING)
        with counted_queries() as for_hidden:
            response, text = await knock(everybody[role], door, hidden)
        assert response.status_code == missing.status_code in (400, 401, 403, 404), (role, text)
        for name, value in hidden.names.items():
            text = text.replace(value, MISSING.names[name])
        assert text == missing_text, role
        assert _headers(response) == _headers(missing), role
        assert len(for_hidden) == len(for_missing), role


def _headers(response: Any) -> dict[str, str]:
    return {name: value for name, value in response.items() if name != "Content-Length"}


@pytest.mark.parametrize("door", sorted(door for door, row in ROWS.items() if row.names_a_device))
async def test_nothing_happens_to_what_is_hidden(everybody, door):
    hidden = await sync_to_async(make_target)(f"{SECRET}-attic", groups=[f"{SECRET}s"])
    before = await sync_to_async(_state)(hidden)
    for role in ("stranger", "nobody", "viewer", "operator"):
        await knock(everybody[role], door, hidden)
    assert await sync_to_async(_state)(hidden) == before


def _state(target: Target) -> Any:
    devices = Device.objects.filter(id=target.names["device"]).values()
    return list(devices), list(Annotation.objects.filter(device_id=target.names["device"]).values())


@pytest.mark.parametrize("door", sorted(door for door, row in ROWS.items() if row.names_a_device))
async def test_who_sees_all_finds_what_is_hidden_from_others(everybody, door):
    hidden = await sync_to_async(make_target)(f"{SECRET}-cellar", groups=[f"{SECRET}s"])
    response, text = await knock(everybody["administrator"], door, hidden)
    row = ROWS[door]
    assert response.status_code == (row.status if lets_in(row, "administrator") else row.shut), text


async def test_counts_and_lists_are_the_same_whether_something_is_hidden_or_not(everybody):
    lists = sorted(
        door for door, row in ROWS.items() if door.startswith("GET api/") and not row.names_a_device
    )
    before = {door: (await knock(everybody["viewer"], door, MISSING))[1] for door in lists}
    await sync_to_async(make_target)(f"{SECRET}-shed", groups=[f"{SECRET}s"])
    for door in lists:
        text = (await knock(everybody["viewer"], door, MISSING))[1]
        assert _without_clock(text) == _without_clock(before[door]), door


def _without_clock(text: str) -> str:
    """Without the times that an answer has of its own."""
    return re.sub(r'"time":\d{13}', "", text)
