"""What a person may do, as the database says."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db import IntegrityError

from liveapp.access import NOTHING, access_of, accesses, trimmed, visible_device, visible_devices
from liveapp.models import Device
from liveapp.roles import ROLES, make_roles, role_of
from liveapp.tests.doors import counted_queries, make_user

pytestmark = pytest.mark.usefixtures("database")


def member(name, *groups):
    user = get_user_model().objects.create_user(name)
    user.groups.set([Group.objects.get_or_create(name=group)[0] for group in groups])
    return user


def test_rights_come_from_the_person_and_from_their_groups():
    user = make_user("ada", ("change_device",))
    physics = Group.objects.create(name="physics")
    physics.permissions.set(Permission.objects.filter(codename="change_metric"))
    user.groups.add(physics)
    access = access_of(user)
    assert access.groups == {"physics"}
    assert [access.may(f"liveapp.{name}") for name in ("change_device", "change_metric", "add_device")] == [
        True,
        True,
        False,
    ]


def test_they_are_looked_up_once_for_a_request():
    user = make_user("ada", ())
    with counted_queries() as queries:
        access_of(user)
        first = len(queries)
        access_of(user)
    assert len(queries) == first > 0


def test_a_superuser_may_all_and_a_stranger_nothing():
    assert access_of(make_user("maker")).may("liveapp.whatever")
    assert NOTHING.may("liveapp.view_device") is False


def test_a_closed_account_has_no_rights():
    user = make_user("ada", (), is_active=False)
    assert accesses([user.pk]) == {}


def test_many_people_take_as_many_queries_as_one():
    make_roles()
    people = [member(f"person-{number}", "viewer", f"group-{number % 7}") for number in range(50)]
    # What permissions are called is looked up once for a process.
    accesses([people[0].pk])
    with counted_queries() as one:
        accesses([people[0].pk])
    with counted_queries() as many:
        assert len(accesses([person.pk for person in people])) == 50
    assert len(many) == len(one)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_what_the_weaker_one_may(role):
    make_roles()
    access = access_of(member("ada", role))
    assert role_of(access.groups) == role
    weaker = list(ROLES)[: list(ROLES).index(role)]
    for one in weaker:
        assert access_of(member(one, one)).permissions < access.permissions


def test_the_strongest_role_counts():
    assert role_of(frozenset({"viewer", "administrator", "physics"})) == "administrator"
    assert role_of(frozenset({"physics"})) is None


def test_making_the_roles_again_mends_them_and_leaves_their_people():
    make_roles()
    viewer = Group.objects.get(name="viewer")
    right = viewer.permissions.get(codename="view_device")
    user = member("ada", "viewer")
    viewer.permissions.remove(right)
    viewer.permissions.add(Permission.objects.get(codename="delete_device"))
    make_roles()
    assert access_of(user).permissions == access_of(member("bob", "viewer")).permissions
    assert access_of(user).may("liveapp.view_device")
    assert not access_of(user).may("liveapp.delete_device")


def test_a_limited_device_exists_for_its_groups_alone(new_device):
    make_roles()
    new_device("kitchen")
    new_device("lab", groups=["physics"])
    seen = {
        name: [device.id for device in visible_devices(access_of(member(name, "viewer", name)))]
        for name in ("physics", "chemistry")
    }
    assert seen == {"physics": ["kitchen", "lab"], "chemistry": ["kitchen"]}
    assert visible_device(access_of(member("bob", "viewer")), "lab") is None
    assert visible_device(access_of(member("boss", "administrator")), "lab") is not None


def test_a_group_that_is_renamed_keeps_its_devices(new_device):
    new_device("lab", groups=["physics", "maths"])
    physics = Group.objects.create(name="physics")
    physics.name = "natural philosophy"
    physics.save()
    assert Device.objects.get(id="lab").groups == ["natural philosophy", "maths"]


def test_a_name_that_is_another_groups_opens_no_device_to_that(new_device):
    physics, _ = (Group.objects.create(name=name) for name in ("physics", "biology"))
    device, _ = new_device("lab", groups=["physics"])
    physics.name = "biology"
    with pytest.raises(IntegrityError):
        physics.save()
    device.refresh_from_db()
    assert device.groups == ["physics"]


def test_a_device_that_is_limited_otherwise_while_its_group_is_renamed_stays_so(new_device):
    device, _ = new_device("lab", groups=["physics"])
    as_read = Device.objects.get(pk="lab")
    for groups, then in ((["staff"], ["staff"]), (["staff", "physics"], ["staff", "science"])):
        Device.objects.filter(pk="lab").update(groups=groups)
        as_read.rename_group("physics", "science")
        device.refresh_from_db()
        assert device.groups == then


def test_a_group_that_is_deleted_opens_its_devices_to_nobody(new_device):
    make_roles()
    new_device("lab", groups=["physics"])
    bob = member("bob", "viewer", "physics")
    Group.objects.get(name="physics").delete()
    bob = get_user_model().objects.get(pk=bob.pk)
    assert visible_devices(access_of(bob)) == []


def test_who_does_not_see_all_is_not_told_who_else_sees_a_device(new_device):
    device, _ = new_device("lab", groups=["physics"])
    assert "groups" not in trimmed(Device, device.describe(), access_of(make_user("ada", ())))
    assert trimmed(Device, device.describe(), access_of(make_user("boss", ("see_all_devices",))))[
        "groups"
    ] == ["physics"]
