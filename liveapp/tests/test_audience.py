"""Who sees which device, as a process knows it."""

from liveapp.access import SEE_ALL, VIEW_DEVICES, Access
from liveapp.audience import Audience, Known, Sight

PHYSICS, CHEMISTRY = (
    Access(frozenset({VIEW_DEVICES}), frozenset({name})) for name in ("physics", "chemistry")
)
EVERYBODY = Access(frozenset({VIEW_DEVICES}))
ALL = Access(frozenset({VIEW_DEVICES, SEE_ALL}))


def knowing(**groups: list[str]) -> Audience:
    audience = Audience()
    for device_id, names in groups.items():
        audience.put(device_id, groups=names, metrics=[])
    return audience


def test_a_device_without_groups_is_shown_to_all():
    assert knowing(kitchen=[]).view(None, EVERYBODY).sight == Sight()


def test_a_limited_device_is_hidden_from_who_is_in_none_of_its_groups():
    audience = knowing(kitchen=[], lab=["physics", "maths"])
    assert (
        audience.view(None, CHEMISTRY).sight.hidden == audience.view(None, EVERYBODY).sight.hidden == {"lab"}
    )
    assert audience.view(None, PHYSICS).sight == audience.view(None, ALL).sight == Sight()


def test_who_may_view_no_device_is_shown_none():
    assert knowing(kitchen=[]).view(None, Access(frozenset({SEE_ALL}))).sight.hidden == {"kitchen"}


def test_a_superuser_is_shown_every_device():
    assert knowing(lab=["physics"]).view(None, Access(is_superuser=True)).sight == Sight()


def test_a_device_nobody_knows_yet_is_shown_to_who_sees_all_alone():
    audience = knowing(kitchen=[])
    assert not audience.meet("lab")
    assert audience.view(None, EVERYBODY).sight.hidden == {"lab"}
    assert audience.view(None, ALL).sight == Sight()
    audience.put("lab", groups=[], metrics=[])
    assert audience.meet("lab")
    assert audience.view(None, EVERYBODY).sight == Sight()


def test_for_a_shared_link_only_its_devices_exist_and_only_while_its_maker_sees_them():
    link = Access(frozenset({VIEW_DEVICES}), devices=frozenset({"kitchen", "lab"}))
    sight = knowing(kitchen=[], lab=["physics"], cellar=[]).view(None, link).sight
    assert [name for name in ("kitchen", "lab", "cellar") if sight.shows(name)] == ["kitchen"]


def test_a_subscription_wider_than_a_shared_link_is_cut_to_it():
    link = Access(frozenset({VIEW_DEVICES}), devices=frozenset({"kitchen"}))
    sight = knowing(kitchen=[], cellar=[]).view(frozenset({"kitchen", "cellar"}), link).sight
    assert sight.wanted == frozenset({"kitchen"})


def test_a_change_of_groups_makes_every_view_old_and_other_changes_none():
    audience = knowing(kitchen=[])
    version = audience.version
    audience.put("kitchen", groups=[], metrics=["co2"])
    assert audience.version == version
    audience.put("kitchen", groups=["physics"], metrics=["co2"])
    assert audience.version > version
    assert audience.view(None, EVERYBODY).sight.hidden == {"kitchen"}


def test_what_the_database_says_takes_the_place_of_all_that_was_known():
    audience = knowing(kitchen=[], cellar=[])
    version = audience.version
    audience.load({"kitchen": Known(frozenset(["physics"]))})
    assert audience.version > version
    assert audience.groups_of("kitchen") == frozenset({"physics"})
    assert audience.groups_of("cellar") is None


def test_what_is_told_while_the_database_is_read_is_newer_than_what_was_read():
    audience = knowing(kitchen=[], cellar=[])
    with audience.hearing() as told:
        read = {name: Known(frozenset()) for name in ("kitchen", "cellar", "attic")}
        audience.put("kitchen", groups=["physics"], metrics=[])
        audience.forget("cellar")
    audience.put("attic", groups=["physics"], metrics=[])
    audience.load(read, told)
    assert audience.groups_of("kitchen") == frozenset({"physics"})
    assert audience.groups_of("cellar") is None
    assert audience.groups_of("attic") == frozenset()


def test_loading_what_was_known_already_makes_no_view_old():
    audience = knowing(kitchen=["physics"])
    version = audience.version
    audience.load({"kitchen": Known(frozenset(["physics"]))})
    assert audience.version == version


def test_a_metric_is_known_by_the_devices_that_measure_it():
    audience = knowing(kitchen=[])
    audience.put("lab", groups=[], metrics=["radon", "temperature"])
    assert audience.measuring("radon") == ["lab"]
    assert audience.measuring("unheard_of") == []
    # The product's own are no secret.
    assert audience.measuring("temperature") is None


def test_what_is_left_of_a_limited_device_that_is_gone_is_for_those_who_saw_it():
    audience = knowing(kitchen=[], lab=["physics"])
    for device_id in ("kitchen", "lab"):
        audience.forget(device_id)
    assert audience.view(None, EVERYBODY).sight.hidden == {"lab"}
    assert audience.view(None, PHYSICS).sight == Sight()
    audience.load({})
    assert audience.view(None, EVERYBODY).sight.hidden == {"lab"}


def test_one_that_went_unnoticed_is_no_less_hidden():
    audience = knowing(lab=["physics"])
    audience.load({})
    assert audience.view(None, EVERYBODY).sight.hidden == {"lab"}


def test_one_that_takes_the_name_of_a_limited_one_says_so_once():
    audience = knowing(lab=["physics"])
    audience.forget("lab")
    assert audience.put("lab", groups=[], metrics=[])
    assert audience.view(None, EVERYBODY).sight == Sight()
    assert not audience.put("lab", groups=[], metrics=[])
    audience = knowing(lab=["physics"])
    audience.load({})
    assert audience.load({"lab": Known(frozenset())})


def test_one_that_was_for_all_leaves_nothing_to_hide():
    audience = knowing(kitchen=[])
    audience.forget("kitchen")
    assert not audience.put("kitchen", groups=[], metrics=[])
