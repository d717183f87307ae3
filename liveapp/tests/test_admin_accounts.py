"""Django's administration: nobody gives or takes over a right they do not have, or finds what is hidden."""

import re

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.test import Client

from liveapp.models import AccountSession, Annotation, AuditEntry, Device, Metric
from liveapp.roles import make_roles
from liveapp.tests.doors import make_user

User = get_user_model()
BACKEND = "django.contrib.auth.backends.ModelBackend"
PASSWORD = {"password1": "the kettle sings at seven", "password2": "the kettle sings at seven"}


@pytest.fixture
def boss(database, client):
    """A client with the session of an administrator who is no superuser."""
    make_roles()
    user = User.objects.create_user("boss", is_staff=True)
    user.groups.add(Group.objects.get(name="administrator"))
    client.force_login(user, BACKEND)
    return client


def helper_of(client, *rights):
    """Somebody with rights of their own making, who does not see all devices."""
    user = make_user("helper", rights, is_staff=True)
    client.force_login(user, BACKEND)
    return client


def in_role(name, role, **fields):
    person = User.objects.create_user(name, **fields)
    person.groups.add(Group.objects.get(name=role))
    return person


def state():
    people = {
        user.username: (
            user.email,
            user.password,
            user.is_active,
            user.is_staff,
            user.is_superuser,
            sorted(user.groups.values_list("name", flat=True)),
            user.user_permissions.count(),
        )
        for user in User.objects.all()
    }
    return people, {group.name: group.permissions.count() for group in Group.objects.all()}


def key(name):
    found = User.objects.filter(username=name).first() or Group.objects.get(name=name)
    return found.pk


def form(username, **more):
    return {"username": username, "email": "", "is_active": "on", **more}


TRIES = {
    "makes oneself a superuser": ("auth/user/{boss}/change/", form("boss", is_superuser="on", is_staff="on")),
    "closes oneself": ("auth/user/{boss}/change/", {"username": "boss"}),
    "deletes oneself": ("auth/user/{boss}/delete/", {"post": "yes"}),
    "changes a superuser": ("auth/user/{super}/change/", form("super", email="mine@example.org")),
    "sets a superuser's password": ("auth/user/{super}/password/", PASSWORD),
    "deletes a superuser": ("auth/user/{super}/delete/", {"post": "yes"}),
    "deletes a superuser among others": (
        "auth/user/",
        {"action": "delete_selected", "_selected_action": ["{super}", "{ada}"], "post": "yes"},
    ),
    "sets the own password without the one of now": ("auth/user/{boss}/password/", PASSWORD),
    "gives somebody a group beyond the own rights": (
        "auth/user/{ada}/change/",
        form("ada", groups="{root}"),
    ),
    "gives a group that one may change a right beyond the own": (
        "auth/group/{physics}/change/",
        {"name": "physics", "permissions": "{beyond}"},
    ),
    "renames a group beyond the own rights": ("auth/group/{root}/change/", {"name": "mine"}),
    "deletes a group beyond the own rights": ("auth/group/{root}/delete/", {"post": "yes"}),
    "gives a role another right": (
        "auth/group/{viewer}/change/",
        {"name": "viewer", "permissions": "{change_device}"},
    ),
    "renames a role": ("auth/group/{viewer}/change/", {"name": "mine"}),
    "deletes a role": ("auth/group/{viewer}/delete/", {"post": "yes"}),
}


@pytest.mark.parametrize("what", TRIES)
def test_an_administrator_cannot(boss, what):
    make_user("super", email="super@example.org", is_staff=True)
    in_role("ada", "viewer")
    beyond = Permission.objects.get(codename="add_session")
    Group.objects.create(name="root").permissions.add(beyond)
    Group.objects.create(name="physics")
    keys = {name: str(key(name)) for name in ("boss", "super", "ada", "root", "physics", "viewer")} | {
        "beyond": str(beyond.pk),
        "change_device": str(Permission.objects.get(codename="change_device").pk),
    }
    before = state()
    path, given = TRIES[what]
    filled = {
        name: [one.format(**keys) for one in value] if isinstance(value, list) else value.format(**keys)
        for name, value in given.items()
    }
    boss.post(f"/admin/{path.format(**keys)}", filled)
    assert state() == before


def test_an_administrator_can_change_who_may_do_less_or_as_much(boss):
    ada, peer = in_role("ada", "viewer"), in_role("peer", "administrator")
    Group.objects.create(name="physics")
    groups = [key("operator"), key("physics")]
    boss.post(f"/admin/auth/user/{ada.pk}/change/", form("ada", email="ada@example.org", groups=groups))
    boss.post(f"/admin/auth/user/{peer.pk}/delete/", {"post": "yes"})
    people, _ = state()
    assert people["ada"][0] == "ada@example.org"
    assert people["ada"][5] == ["operator", "physics"]
    assert "peer" not in people
    boss.post(f"/admin/auth/user/{ada.pk}/password/", PASSWORD)
    assert User.objects.get(username="ada").check_password(PASSWORD["password1"])


def test_a_superuser_changes_superusers(database, client):
    make_roles()
    client.force_login(make_user("maker"), BACKEND)
    other = make_user("super", is_staff=True)
    client.post(f"/admin/auth/user/{other.pk}/change/", form("super", email="new@example.org", is_staff="on"))
    people, _ = state()
    assert (people["super"][0], people["super"][4]) == ("new@example.org", False)


def test_a_role_says_why_it_cannot_be_changed(boss):
    page = boss.get(f"/admin/auth/group/{key('viewer')}/change/").content.decode()
    assert "What it may do is set anew by every migrate" in page
    assert 'name="permissions"' not in page


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("auth/user/{boss}/change/", form("boss", email="mine@example.org")),
        ("auth/user/{boss}/password/", PASSWORD),
        ("auth/user/{boss}/delete/", {"post": "yes"}),
        ("auth/user/{ada}/change/", form("ada", groups="{operator}")),
        ("auth/user/{ada}/change/", form("ada", groups="{physics}")),
        ("auth/user/{physicist}/password/", PASSWORD),
        ("auth/group/add/", {"name": "old"}),
        ("auth/group/{lab}/change/", {"name": "old"}),
    ],
)
def test_who_may_change_people_and_groups_gains_nothing_by_it(database, client, path, given):
    make_roles()
    helper = helper_of(
        client, *(f"{verb}_{model}" for verb in ("add", "change", "delete") for model in ("user", "group"))
    )
    for name in ("physics", "lab"):
        Group.objects.create(name=name)
    in_role("boss", "administrator")
    in_role("ada", "viewer")
    in_role("physicist", "viewer").groups.add(Group.objects.get(name="physics"))
    # Limited to a group that is gone: who makes one of this name would open it to its members.
    Device.create(id="vault", name="Vault", groups=["old"])
    names = ("boss", "ada", "physicist", "operator", "physics", "lab")
    keys = {name: str(key(name)) for name in names}
    before = state()
    filled = {name: value.format(**keys) for name, value in given.items()}
    helper.post(f"/admin/{path.format(**keys)}", filled)
    assert state() == before


@pytest.fixture
def zebra(database, new_device):
    """A device, its note and its metric, which only the group of zebras sees."""
    make_roles()
    device, _ = new_device("zebra-lab", groups=["zebras"])
    Device.objects.filter(pk=device.pk).update(metrics=["zebra_ppm"])
    Metric.objects.create(name="zebra_ppm", label="zebra parts")
    Annotation.objects.create(start_ms=5, text="zebra note", author="zebra", **Annotation.about(device))
    return device


ALL_RIGHTS = [
    f"{verb}_{model}"
    for verb in ("add", "change", "delete")
    for model in ("device", "annotation", "metric", "user")
]


@pytest.mark.parametrize(
    "page",
    [
        "",
        "liveapp/",
        "liveapp/device/",
        "liveapp/device/?q=zebra",
        "liveapp/device/zebra-lab/change/",
        "liveapp/device/zebra-lab/delete/",
        "liveapp/device/zebra-lab/history/",
        "liveapp/device/add/",
        "liveapp/annotation/",
        "liveapp/annotation/?q=note",
        "liveapp/annotation/?author=zebra",
        "liveapp/annotation/{note}/change/",
        "liveapp/metric/",
        "liveapp/metric/zebra_ppm/change/",
        "auth/user/{other}/delete/",
    ],
)
def test_what_is_hidden_does_not_exist_here(zebra, client, page):
    helper = helper_of(client, *ALL_RIGHTS)
    other = in_role("other", "viewer")
    _logged_by(other, zebra)
    _logged_by(User.objects.get(username="helper"), zebra)
    path = page.format(note=Annotation.objects.get().pk, other=other.pk)
    text = helper.get(f"/admin/{path}", follow=True).content.decode().lower()
    # What was asked for is said again by the pages that do not find it.
    for said in ("zebra-lab” doesn", "zebra_ppm” doesn", 'value="zebra"', "author=zebra", "q=zebra"):
        text = text.replace(said, "")
    assert "zebra" not in text, text[text.index("zebra") - 200 :][:400]


def _logged_by(user, device):
    LogEntry.objects.log_actions(user.pk, [device], CHANGE, "Changed the zebra.")


def test_nothing_happens_to_what_is_hidden(zebra, client):
    helper = helper_of(client, *ALL_RIGHTS)
    before = list(Device.objects.values())
    for path, given in (
        ("zebra-lab/change/", {"name": "Mine", "interval_ms": 1000}),
        ("zebra-lab/delete/", {"post": "yes"}),
        ("", {"action": "delete_selected", "_selected_action": "zebra-lab", "post": "yes"}),
        ("", {"action": "rotate_tokens", "_selected_action": "zebra-lab"}),
        ("add/", {"id": "zebra-lab", "name": "Mine", "interval_ms": 1000}),
    ):
        helper.post(f"/admin/liveapp/device/{path}", given)
    assert list(Device.objects.values()) == before


def test_a_device_is_limited_by_who_sees_all_alone_and_keeps_groups_that_are_gone(boss, new_device):
    new_device("kitchen", groups=["gone"])
    Group.objects.create(name="physics")
    page = boss.get("/admin/liveapp/device/kitchen/change/").content.decode()
    assert re.findall(r'name="groups" value="(\w+)"', page) == ["gone", "physics"]
    given = {"name": "Kitchen", "enabled": "on", "interval_ms": 1000, "groups": ["gone", "physics"]}
    boss.post("/admin/liveapp/device/kitchen/change/", given)
    assert Device.objects.get().groups == ["gone", "physics"]
    assert AuditEntry.objects.get().detail == "Changed groups."
    boss.post("/admin/liveapp/device/kitchen/change/", {**given, "groups": ["nowhere"]})
    assert Device.objects.get().groups == ["gone", "physics"]


def test_who_does_not_see_all_cannot_say_who_sees_a_device(database, client, new_device):
    new_device("kitchen")
    helper = helper_of(client, *ALL_RIGHTS)
    given = {"name": "Pantry", "enabled": "on", "interval_ms": 1000, "groups": ["physics"]}
    helper.post("/admin/liveapp/device/kitchen/change/", given)
    device = Device.objects.get()
    assert (device.name, device.groups) == ("Pantry", [])


def test_what_was_done_is_shown_to_who_may_read_the_record(boss, client, new_device):
    new_device("kitchen")
    boss.post("/admin/liveapp/device/kitchen/change/", {"name": "Pantry", "interval_ms": 1000})
    assert "Recent actions" in boss.get("/admin/").content.decode()
    assert "Changed Name" in boss.get("/admin/liveapp/device/kitchen/history/").content.decode()
    helper = helper_of(client, *ALL_RIGHTS)
    assert "Recent actions" not in helper.get("/admin/").content.decode()
    assert helper.get("/admin/liveapp/device/kitchen/history/").status_code == 403


@pytest.mark.parametrize("asked", ["groups__icontains=zebra", "token_hash__startswith={hash}", "number=1"])
def test_a_list_is_not_searched_by_what_it_does_not_show(database, client, new_device, asked):
    device, _ = new_device("kitchen", groups=["physics", "zebras"])
    helper = helper_of(client, *ALL_RIGHTS)
    User.objects.get(username="helper").groups.add(Group.objects.create(name="physics"))
    page = helper.get(f"/admin/liveapp/device/?{asked.format(hash=device.token_hash[:4])}")
    assert page.status_code == 400
    assert "Kitchen" in helper.get("/admin/liveapp/device/?enabled__exact=1").content.decode()


def test_people_are_filtered_by_group_as_before(boss):
    ada = in_role("ada", "viewer")
    viewers = Group.objects.get(name="viewer").pk
    page = boss.get(f"/admin/auth/user/?groups__id__exact={viewers}").content.decode()
    assert ada.get_username() in page
    assert ">boss</a>" not in page


def test_an_account_that_is_closed_here_and_opened_again_is_signed_in_nowhere(boss):
    ada = in_role("ada", "viewer")
    page = Client()
    page.force_login(ada, BACKEND)
    session_key = page.cookies["sessionid"].value
    AccountSession.objects.create(user_id=ada.pk, session_key=session_key)
    groups = [group.pk for group in ada.groups.all()]
    for active in ({}, {"is_active": "on"}):
        boss.post(f"/admin/auth/user/{ada.pk}/change/", {"username": "ada", "groups": groups, **active})
    ada.refresh_from_db()
    assert ada.is_active
    assert page.get("/api/session/").json()["user"] is None


def test_who_becomes_a_superuser_signs_in_anew(boss):
    """Who administers people could have come in by a link of the own making, and would have all rights now."""
    ada, root = in_role("ada", "viewer"), Client()
    root.force_login(make_user("root"), BACKEND)
    link = boss.post(f"/api/people/{ada.pk}/link/").json()["link"]
    page = Client()
    page.get(link.removeprefix("http://testserver"))
    assert page.get("/api/session/").json()["user"]["username"] == "ada"
    given = {"username": "ada", "is_active": "on", "groups": [group.pk for group in ada.groups.all()]}
    root.post(f"/admin/auth/user/{ada.pk}/change/", given)
    assert page.get("/api/session/").json()["user"] is not None
    root.post(f"/admin/auth/user/{ada.pk}/change/", {**given, "is_superuser": "on"})
    assert User.objects.get(pk=ada.pk).is_superuser
    assert page.get("/api/session/").json()["user"] is None
