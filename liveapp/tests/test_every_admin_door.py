"""Every page of Django's admin times everybody who may come. A page without a row here fails.

The pages are read from the admin's own addresses; who gets in stands in the table below.
"""

import re
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client

from liveapp.models import Annotation, Device, Metric, Webhook
from liveapp.roles import make_roles
from liveapp.tests.doors import counted_queries

BACKEND = "django.contrib.auth.backends.ModelBackend"
SECRET = "zebra"
# C(lerk): of the staff, with the rights of an operator. B(oss): of the staff, an administrator.
C_B, B, NONE = "CB", "B", ""
KINDS = ("changelist", "add", "change", "delete", "history")
TABLE: dict[str, tuple[str, str, str, str, str]] = {
    "liveapp_device": (C_B, B, C_B, B, B),
    "liveapp_metric": (C_B, NONE, C_B, B, B),
    "liveapp_annotation": (C_B, NONE, C_B, B, B),
    "liveapp_webhook": (B, B, B, B, B),
    "auth_user": (B, B, B, B, B),
    "auth_group": (B, B, B, B, B),
}
# Pages of no model, with what the staff gets.
OTHERS = {
    "index": 200,
    "login": 302,
    "logout": 405,
    "password_change": 302,
    "password_change_done": 200,
    "autocomplete": 403,
    "jsi18n": 200,
    "view_on_site": 302,
    "app_list": 200,
    "auth_user_password_change": 403,
}
ROLES = ("stranger", "nobody", "viewer", "operator", "clerk", "boss")

pytestmark = pytest.mark.usefixtures("database")


def names(patterns: Any = None) -> set[str]:
    found: set[str] = set()
    for one in admin.site.urls[0] if patterns is None else patterns:
        if hasattr(one, "url_patterns"):
            found |= names(one.url_patterns)
        elif one.name is not None:
            found.add(one.name)
    return found


def test_every_page_has_a_row_and_every_row_a_page():
    assert names() == {f"{model}_{kind}" for model in TABLE for kind in KINDS} | OTHERS.keys()


@pytest.fixture
def clients() -> dict[str, Client]:
    make_roles()
    Group.objects.create(name=f"{SECRET}s")
    found = {role: Client() for role in ROLES}
    for role in ROLES[1:]:
        person = get_user_model().objects.create_user(role, is_staff=role in ("clerk", "boss"))
        person.groups.set(
            Group.objects.filter(name={"clerk": "operator", "boss": "administrator"}.get(role, role))
        )
        found[role].force_login(person, BACKEND)
    return found


def make(model: str, name: str, groups: list[str]) -> Any:
    """An object, of a device of that name where it is of one."""
    if model == "auth_user":
        return get_user_model().objects.create_user(name)
    if model == "auth_group":
        return Group.objects.create(name=name)
    if model == "liveapp_webhook":
        return Webhook.objects.create(name=name, url="https://example.org/", events=["test"])
    device, _ = Device.create(id=name, name=name, groups=groups, metrics=[f"{name}_ppm".replace("-", "_")])
    if model == "liveapp_annotation":
        return Annotation.objects.create(text=name, start_ms=5, author="x", **Annotation.about(device))
    if model == "liveapp_metric":
        return Metric.objects.create(name=device.metrics[0], label=name)
    return device


def address(model: str, kind: str, pk: Any) -> str:
    folder = f"/admin/{model.replace('_', '/')}/"
    tails = {"changelist": "", "add": "add/"}
    return folder + tails.get(kind, f"{pk}/{kind}/")


def lets_in(role: str, model: str, kind: str) -> bool:
    return role in ("clerk", "boss") and role[0].upper() in TABLE[model][KINDS.index(kind)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("model", TABLE)
def test_a_page_lets_in_whom_it_should_and_nobody_else(clients, model, kind):
    one = make(model, "open-one", [])
    make(model, f"{SECRET}-one", [f"{SECRET}s"])
    for role, client in clients.items():
        response = client.get(address(model, kind, one.pk))
        assert "private" in response["Cache-Control"], role
        assert "no-store" in response["Cache-Control"], role
        if role not in ("clerk", "boss"):
            assert (response.status_code, response["Location"][:13]) == (302, "/admin/login/"), role
        else:
            assert response.status_code == (200 if lets_in(role, model, kind) else 403), role
        if role != "boss":
            assert SECRET not in response.content.decode().lower(), role


@pytest.mark.parametrize("kind", ["change", "delete", "history"])
@pytest.mark.parametrize("model", ["liveapp_device", "liveapp_metric", "liveapp_annotation"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_what_is_hidden_cannot_be_told_from_what_is_not_there(clients, model, kind, method):
    hidden, gone = make(model, f"{SECRET}-one", [f"{SECRET}s"]), make(model, "passing", [])
    missing = str(gone.pk)
    gone.delete()
    Device.objects.filter(id="passing").delete()
    answers = []
    for pk in (missing, str(hidden.pk)):
        clients["clerk"].get("/admin/")
        with counted_queries() as queries:
            response = getattr(clients["clerk"], method)(address(model, kind, pk), {"post": "yes"})
        text = response.content.decode().replace(pk, "ONE")
        answers.append(
            (response.status_code, response.headers.get("Location"), _without_tokens(text), len(queries))
        )
    assert answers[0] == answers[1]
    assert answers[0][0] in (302, 403, 404)
    assert type(hidden).objects.filter(pk=hidden.pk).exists()


def _without_tokens(text: str) -> str:
    return re.sub(r'(csrfmiddlewaretoken" value=|nonce=)"[^"]*"', "", text)


@pytest.mark.parametrize("name", sorted(OTHERS))
def test_the_pages_of_no_model_are_for_the_staff(clients, name):
    paths = {
        "index": "/admin/",
        "app_list": "/admin/liveapp/",
        "password_change_done": "/admin/password_change/done/",
        "auth_user_password_change": f"/admin/auth/user/{get_user_model().objects.get(username='viewer').pk}/password/",
        "view_on_site": "/admin/r/1/1/",
    }
    make("liveapp_device", f"{SECRET}-one", [f"{SECRET}s"])
    for role, client in clients.items():
        response = client.get(paths.get(name, f"/admin/{name}/"))
        text = response.content.decode().lower()
        if role == "clerk":
            assert response.status_code == OTHERS[name], text
        elif role != "boss":
            assert response.status_code in (200, 302, 403, 404, 405), role
            assert response.status_code != 200 or name == "jsi18n", role
        if role != "boss":
            assert SECRET not in text, role


def test_searching_and_filtering_find_nothing_hidden(clients):
    make("liveapp_device", f"{SECRET}-one", [f"{SECRET}s"])
    make("liveapp_annotation", f"{SECRET}-two", [f"{SECRET}s"])
    for path in ("device/?q=zeb", "device/?enabled__exact=1", "annotation/?q=zeb", "annotation/?author=x"):
        text = clients["clerk"].get(f"/admin/liveapp/{path}").content.decode()
        assert f"{SECRET}-" not in text
        assert "1 result" not in text
