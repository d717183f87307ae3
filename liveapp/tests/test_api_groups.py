"""The API: groups that devices are limited to."""

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import Group, Permission

from liveapp.models import Device
from liveapp.roles import make_roles
from liveapp.tests.doors import assert_like, counted_queries, dashboard, example, make_user, send, signed_in

RIGHTS = ("view_group", "add_group", "change_group", "delete_group")


@pytest.fixture
async def maker(process):
    """A client with a superuser's session, beside the roles."""
    await sync_to_async(make_roles)()
    return await signed_in()


async def groups(client):
    return (await send(client, "GET", "/api/groups/")).json()


def names():
    return set(Group.objects.values_list("name", flat=True))


async def test_the_list_counts_people_and_devices_and_has_no_roles(maker, new_device):
    def make():
        physics = Group.objects.create(name="physics")
        make_user("ada", ()).groups.add(physics, Group.objects.get(name="viewer"))
        new_device("kitchen", groups=["physics"])
        new_device("cellar", groups=["physics"])
        new_device("attic")

    await sync_to_async(make)()
    await groups(maker)
    with counted_queries() as seen:
        answer = await groups(maker)
    assert_like(answer, example("rest/groups"))
    assert [(one["name"], one["people"], one["devices"]) for one in answer] == [("physics", 1, 2)]
    for number in range(4):
        await Group.objects.acreate(name=f"group-{number}")
    with counted_queries() as more:
        assert len(await groups(maker)) == 5
    assert len(more) == len(seen)


async def test_a_group_is_added_renamed_and_deleted_and_its_devices_stay_limited(maker, new_device):
    answer = await send(maker, "POST", "/api/groups/", {"name": "physics"})
    assert (answer.status_code, answer.json()["devices"]) == (201, 0)
    await sync_to_async(new_device)("kitchen", groups=["physics"])
    path = f"/api/groups/{answer.json()['id']}/"
    answer = await send(maker, "PATCH", path, {"name": "science"})
    assert (answer.json()["name"], answer.json()["devices"]) == ("science", 1)
    assert (await Device.objects.aget()).groups == ["science"]
    assert (await send(maker, "DELETE", path)).status_code == 204
    assert (await Device.objects.aget()).groups == ["science"]
    assert await groups(maker) == []


async def test_dashboards_are_told_of_groups_as_the_api_gives_them_and_of_no_roles(maker, process):
    async with dashboard(maker) as page:
        viewer = await Group.objects.aget(name="viewer")
        await viewer.asave()
        answer = await send(maker, "POST", "/api/groups/", {"name": "physics"})
        told = await page.hear_change()
        assert (told["model"], told["action"], told["data"]) == ("group", "add", answer.json())


@pytest.mark.parametrize(
    "name",
    [
        "",
        "viewer",
        "Administrator",
        "ａdministrator",
        "physics",
        "PHYSICS",
        "ｐhysics",
        "ÄRZTE",
        "x" * 151,
        "ﷺ" * 20,
        "a\nb",
        None,
    ],
)
async def test_a_name_that_no_group_can_have_is_refused(maker, name):
    for taken in ("physics", "Ärzte"):
        await Group.objects.acreate(name=taken)
    lab = await Group.objects.acreate(name="lab")
    before = await sync_to_async(names)()
    for method, path in (("POST", "/api/groups/"), ("PATCH", f"/api/groups/{lab.pk}/")):
        answer = await send(maker, method, path, {"name": name})
        assert (answer.status_code, list(answer.json()["fields"])) == (400, ["name"])
    assert await sync_to_async(names)() == before


async def test_a_role_is_no_group_here(maker):
    viewer = await Group.objects.aget(name="viewer")
    for method in ("PATCH", "DELETE"):
        answer = await send(maker, method, f"/api/groups/{viewer.pk}/", {"name": "x"})
        assert answer.status_code == 404
    assert "viewer" in await sync_to_async(names)()


async def test_who_does_not_see_all_devices_names_no_group_and_counts_no_device(maker, new_device):
    def make():
        new_device("kitchen", groups=["physics"])
        return Group.objects.create(name="lab")

    lab = await sync_to_async(make)()
    helper = await signed_in("helper", RIGHTS)
    assert (await send(helper, "POST", "/api/groups/", {"name": "physics"})).status_code == 403
    assert (await send(helper, "PATCH", f"/api/groups/{lab.pk}/", {"name": "physics"})).status_code == 403
    assert [list(one) for one in await groups(helper)] == [["id", "name", "people"]]


async def test_a_group_that_gives_more_than_one_has_stays(maker):
    def make():
        group = Group.objects.create(name="root")
        group.permissions.add(*Permission.objects.filter(codename="add_session"))
        return group

    group = await sync_to_async(make)()
    boss = await signed_in("boss", (*RIGHTS, "see_all_devices"))
    for method in ("PATCH", "DELETE"):
        answer = await send(boss, method, f"/api/groups/{group.pk}/", {"name": "x"})
        assert answer.status_code == 403
    assert "root" in await sync_to_async(names)()


@pytest.mark.parametrize("group", ["operator", "gone"])
async def test_a_device_is_limited_to_no_role_and_to_no_group_that_is_not_there(maker, new_device, group):
    """Roles are handed out without a look at what their people see."""
    await sync_to_async(new_device)("kitchen")
    for method, path, body in (
        ("PATCH", "/api/devices/kitchen/", {}),
        ("POST", "/api/devices/", {"name": "Attic"}),
    ):
        answer = await send(maker, method, path, {**body, "groups": [group]})
        assert (answer.status_code, answer.json()["fields"]) == (
            400,
            {"groups": [f'there is no group "{group}".']},
        )
    assert (await Device.objects.aget()).groups == []
