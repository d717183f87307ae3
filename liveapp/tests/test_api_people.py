"""The API: people, in which role they are, and how they come in."""

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.test import AsyncClient

from liveapp.errors import TOKEN_REVOKED
from liveapp.models import TwoFactor
from liveapp.roles import ROLES, make_roles
from liveapp.tests.doors import (
    PASSWORD,
    all_told,
    assert_like,
    counted_queries,
    dashboard,
    example,
    make_user,
    send,
    signed_in,
    with_password,
)

User = get_user_model()
RIGHTS = ("view_user", "add_user", "change_user", "delete_user")


@pytest.fixture
def roles(database):
    make_roles()


@pytest.fixture
async def maker(roles, process):
    """A client with a superuser's session."""
    return await signed_in()


def join(person, *names):
    person.groups.add(*(Group.objects.get_or_create(name=name)[0] for name in names))
    return person


def make_in(username, *names, **fields):
    """Somebody whose rights are those of the groups alone."""
    return join(User.objects.create_user(username, **fields), *names)


async def client_of(user):
    client = AsyncClient()
    await client.aforce_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
async def administrator(roles, process):
    """A client with the session of an administrator who is no superuser."""
    return await client_of(await sync_to_async(make_in)("boss", "administrator", is_staff=True))


def stored(username):
    return User.objects.get(username=username)


def rights_of(username):
    user = stored(username)
    names = set(user.groups.values_list("name", flat=True))
    return names, user.is_staff, user.is_superuser, user.is_active


async def people(client):
    return {one["username"]: one for one in (await send(client, "GET", "/api/people/")).json()}


async def test_the_list_has_the_shape_of_its_example(maker):
    await sync_to_async(make_in)("ada", "operator", "physics", email="ada@example.org")
    answer = (await send(maker, "GET", "/api/people/")).json()
    assert_like(answer, example("rest/people"))
    ada = {one["username"]: one for one in answer}["ada"]
    assert (ada["role"], ada["groups"], ada["active"], ada["superuser"]) == (
        "operator",
        ["physics"],
        True,
        False,
    )


async def test_a_list_of_many_costs_no_more_queries_than_one_of_few(maker):
    async def queries():
        with counted_queries() as seen:
            await people(maker)
        return len(seen)

    before = await queries()
    for number in range(5):
        await sync_to_async(make_in)(f"pupil-{number}", "viewer", "physics")
    assert await queries() <= before + 1


async def test_who_has_a_second_factor_is_told(maker):
    ada = await sync_to_async(make_in)("ada", "viewer")
    await TwoFactor.objects.acreate(user=ada, salt="s", is_confirmed=True)
    assert (await people(maker))["ada"]["two_factor"] is True
    assert (await send(maker, "DELETE", f"/api/people/{ada.pk}/two-factor/")).status_code == 204
    assert (await people(maker))["ada"]["two_factor"] is False


async def test_somebody_new_comes_in_by_the_link_that_is_shown_once(maker):
    await sync_to_async(join)(await User.objects.aget(username="maker"), "physics")
    given = {"username": "grace", "email": "", "role": "viewer", "groups": ["physics"]}
    answer = await send(maker, "POST", "/api/people/", given)
    assert answer.status_code == 201
    assert_like(answer.json(), example("rest/person-created"))
    assert await sync_to_async(rights_of)("grace") == ({"viewer", "physics"}, False, False, True)
    assert "link" not in (await people(maker))["grace"]
    guest = AsyncClient()
    await guest.get(answer.json()["link"].removeprefix("http://testserver"))
    assert (await send(guest, "GET", "/api/session/")).json()["user"]["role"] == "viewer"
    again = AsyncClient()
    await again.get(answer.json()["link"].removeprefix("http://testserver"))
    assert (await send(again, "GET", "/api/session/")).json()["user"] is None


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"role": "viewer"}, "username"),
        ({"username": "Maker", "role": "viewer"}, "username"),
        ({"username": "two words", "role": "viewer"}, "username"),
        ({"username": "grace"}, "role"),
        ({"username": "grace", "role": "king"}, "role"),
        ({"username": "grace", "role": None, "groups": ["nowhere"]}, "groups"),
        ({"username": "grace", "role": None, "groups": ["administrator"]}, "groups"),
        ({"username": "grace", "role": None, "email": "no address"}, "email"),
    ],
)
async def test_somebody_who_cannot_be_is_refused(maker, given, field):
    answer = await send(maker, "POST", "/api/people/", given)
    assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])
    assert set(await people(maker)) == {"maker"}


async def test_a_role_makes_staff_and_leaves_other_groups(maker):
    ada = await sync_to_async(make_in)("ada", "viewer", "physics")
    path = f"/api/people/{ada.pk}/"
    answer = await send(maker, "PATCH", path, {"role": "administrator"})
    assert (answer.json()["role"], answer.json()["groups"]) == ("administrator", ["physics"])
    assert await sync_to_async(rights_of)("ada") == ({"administrator", "physics"}, True, False, True)
    await send(maker, "PATCH", path, {"role": None})
    assert await sync_to_async(rights_of)("ada") == ({"physics"}, False, False, True)
    await send(maker, "PATCH", path, {"groups": []})
    assert await sync_to_async(rights_of)("ada") == (set(), False, False, True)


async def test_a_closed_account_is_shut_out_at_once(maker, process):
    ada = await sync_to_async(make_in)("ada", "viewer")
    async with dashboard(await client_of(ada)) as open_page:
        answer = await send(maker, "PATCH", f"/api/people/{ada.pk}/", {"active": False})
        assert answer.json()["active"] is False
        assert await open_page.closed() == TOKEN_REVOKED
    refused = await send(maker, "POST", f"/api/people/{ada.pk}/link/")
    assert (refused.status_code, refused.json()["detail"]) == (400, "This account is closed. Open it first.")


async def test_a_closed_account_that_is_opened_again_is_signed_in_nowhere(maker, quick_hashes):
    ada = await sync_to_async(make_user)("ada", (), password=PASSWORD)
    page = await with_password("ada")
    for is_active in (False, True):
        await send(maker, "PATCH", f"/api/people/{ada.pk}/", {"active": is_active})
    assert (await send(page, "GET", "/api/session/")).json()["user"] is None


async def signs_in(link):
    answer = await AsyncClient().get(link.removeprefix("http://testserver"))
    return answer["Location"] == "/"


@pytest.mark.parametrize("happens", ["nothing", "the person rises", "the maker is closed", "the maker falls"])
async def test_a_link_is_good_for_as_long_as_who_made_it_could_make_it(administrator, happens):
    ada = await sync_to_async(make_in)("ada", "viewer")
    link = (await send(administrator, "POST", f"/api/people/{ada.pk}/link/")).json()["link"]
    if happens == "the person rises":
        await User.objects.filter(pk=ada.pk).aupdate(is_superuser=True)
    elif happens == "the maker is closed":
        await User.objects.filter(username="boss").aupdate(is_active=False)
    elif happens == "the maker falls":
        boss = await User.objects.aget(username="boss")
        await User.groups.through.objects.filter(user_id=boss.pk).adelete()
    assert await signs_in(link) == (happens == "nothing")


async def test_nobody_says_that_another_one_made_a_link(administrator, maker):
    ada = await sync_to_async(make_in)("ada", "viewer")
    link = (await send(administrator, "POST", f"/api/people/{ada.pk}/link/")).json()["link"]
    head, _, token = link.rpartition("=")
    _, _, signed = token.rpartition(".")
    other = (await User.objects.aget(is_superuser=True)).pk
    for forged in (signed, f"{other}.{signed}", f".{token}"):
        assert not await signs_in(f"{head}={forged}")
    assert await signs_in(link)


async def test_a_link_for_somebody_signs_them_in(maker):
    ada = await sync_to_async(make_in)("ada", "viewer")
    answer = await send(maker, "POST", f"/api/people/{ada.pk}/link/")
    assert_like(answer.json(), example("rest/person-link"))
    guest = AsyncClient()
    await guest.get(answer.json()["link"].removeprefix("http://testserver"))
    assert (await send(guest, "GET", "/api/session/")).json()["user"]["username"] == "ada"


async def test_somebody_is_deleted(maker):
    ada = await sync_to_async(make_in)("ada", "viewer")
    assert (await send(maker, "DELETE", f"/api/people/{ada.pk}/")).status_code == 204
    assert set(await people(maker)) == {"maker"}


@pytest.mark.parametrize("pk", ["nobody", "999999999999999999999999", "0", "5f50c31f1c9d440000000000"])
async def test_who_is_not_there_is_not_found(maker, pk):
    for method, path in (("PATCH", ""), ("DELETE", ""), ("POST", "link/"), ("DELETE", "two-factor/")):
        assert (await send(maker, method, f"/api/people/{pk}/{path}", {})).status_code == 404


async def test_a_change_of_many_memberships_is_told_as_one(maker, process):
    ada = await sync_to_async(make_in)("ada", "viewer", "physics")
    await sync_to_async(join)(await User.objects.aget(username="maker"), "physics", "lab", "attic")
    async with dashboard(maker) as page:
        given = {"role": "operator", "groups": ["lab", "attic"], "email": "ada@example.org"}
        answer = await send(maker, "PATCH", f"/api/people/{ada.pk}/", given)
        told = await page.hear_change()
        while told["data"] != answer.json():
            told = await page.hear_change()
        assert (told["model"], told["action"], told["id"]) == ("person", "update", str(ada.pk))
        await all_told(process)


@pytest.mark.parametrize(
    ("method", "path", "given"),
    [
        ("PATCH", "{super}/", {"email": "mine@example.org"}),
        ("PATCH", "{super}/", {"active": False}),
        ("PATCH", "{super}/", {"role": "viewer"}),
        ("DELETE", "{super}/", None),
        ("POST", "{super}/link/", None),
        ("DELETE", "{super}/two-factor/", None),
        ("DELETE", "{boss}/", None),
        ("DELETE", "{boss}/two-factor/", None),
        ("PATCH", "{boss}/", {"active": False}),
        ("PATCH", "{boss}/", {"role": "viewer"}),
        ("PATCH", "{boss}/", {"role": None}),
        ("PATCH", "{boss}/", {"email": "mine@example.org"}),
        ("PATCH", "{boss}/", {"groups": ["root"]}),
        ("PATCH", "{ada}/", {"groups": ["root"]}),
        ("POST", "", {"username": "puppet", "role": None, "groups": ["root"]}),
    ],
)
async def test_an_administrator_who_is_no_superuser_becomes_none(administrator, method, path, given):
    def make():
        root = Group.objects.create(name="root")
        root.permissions.add(*_permissions("add_session"))
        return {
            "super": make_user("super", email="super@example.org").pk,
            "ada": make_in("ada", "viewer").pk,
            "boss": stored("boss").pk,
        }

    keys = await sync_to_async(make)()
    before = await sync_to_async(everybody)()
    answer = await send(administrator, method, f"/api/people/{path.format(**keys)}", given)
    assert answer.status_code in (400, 403), answer.content
    assert await sync_to_async(everybody)() == before


def _permissions(*names):
    return Permission.objects.filter(codename__in=names)


def everybody():
    return {user.username: (user.email, *rights_of(user.username)) for user in User.objects.all()}


async def test_what_is_no_field_of_an_account_is_not_written(administrator):
    ada = await sync_to_async(make_in)("ada", "viewer")
    given = {
        "superuser": True,
        "is_superuser": True,
        "is_staff": True,
        "user_permissions": [1],
        "username": "x",
    }
    await send(administrator, "PATCH", f"/api/people/{ada.pk}/", given)
    assert await sync_to_async(rights_of)("ada") == ({"viewer"}, False, False, True)


@pytest.mark.parametrize(
    ("method", "path", "given"),
    [
        ("PATCH", "{boss}/", {"email": "mine@example.org"}),
        ("POST", "{boss}/link/", None),
        ("DELETE", "{boss}/two-factor/", None),
        ("DELETE", "{boss}/", None),
        ("POST", "{physicist}/link/", None),
        ("PATCH", "{ada}/", {"role": "operator"}),
        ("PATCH", "{ada}/", {"role": "administrator"}),
        ("PATCH", "{ada}/", {"groups": ["physics"]}),
        ("PATCH", "{helper}/", {"groups": ["physics"]}),
        ("POST", "", {"username": "puppet", "role": "administrator"}),
        ("POST", "", {"username": "puppet", "role": None, "groups": ["physics"]}),
    ],
)
async def test_who_may_change_people_gives_and_takes_over_nothing_beyond_the_own(
    roles, process, method, path, given
):
    helper = await signed_in("helper", RIGHTS)

    def make():
        Group.objects.get_or_create(name="physics")
        made = {
            "boss": make_in("boss", "administrator"),
            "physicist": make_in("physicist", "viewer", "physics"),
            "ada": make_in("ada", "viewer"),
            "helper": stored("helper"),
        }
        return {name: one.pk for name, one in made.items()}

    keys = await sync_to_async(make)()
    before = await sync_to_async(everybody)()
    answer = await send(helper, method, f"/api/people/{path.format(**keys)}", given)
    assert answer.status_code in (400, 403), answer.content
    assert await sync_to_async(everybody)() == before


@pytest.mark.parametrize("role", [*ROLES, None])
async def test_people_are_nobodys_business_but_the_administrators(roles, process, role):
    user = await sync_to_async(make_in)("somebody", *([role] if role else []))
    client = await client_of(user)
    may = role == "administrator"
    for path in ("/api/people/", "/api/groups/"):
        assert (await send(client, "GET", path)).status_code == (200 if may else 403)
    answer = await send(client, "POST", "/api/people/", {"username": "grace", "role": "viewer"})
    assert answer.status_code == (201 if may else 403)
    assert (await send(AsyncClient(), "GET", "/api/people/")).status_code == 403
