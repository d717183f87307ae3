"""What of a message one view may be sent."""

from typing import Any

import pytest

from liveapp.access import SEE_ALL, VIEW_DEVICES, Access
from liveapp.audience import Sight, View
from liveapp.narrowing import narrowed as narrowed_or_none

GUARD = {"permission": VIEW_DEVICES, "fields": {"groups": SEE_ALL}}
PHYSICS = Access(frozenset({VIEW_DEVICES}), frozenset({"physics"}))
ALL = Access(frozenset({VIEW_DEVICES, SEE_ALL}))


def narrowed(message: Any, view: View) -> Any:
    return narrowed_or_none(message, view)


def view(access=PHYSICS, *, wanted=None, hidden=()):
    return View(Sight(wanted, frozenset(hidden)), access)


def change(before, after, action="update", **more):
    data = None if action == "remove" else {"id": "lab", "groups": after, "name": "Lab"}
    guard = {**GUARD, "before": before, "after": after}
    return {
        "type": "change",
        "model": "device",
        "action": action,
        "id": "lab",
        "data": data,
        "guard": guard,
        **more,
    }


@pytest.mark.parametrize(
    ("before", "after", "action"),
    [
        ([], ["physics"], "update"),
        (["physics"], [], "update"),
        (["physics"], ["chemistry"], "remove"),
        ([], ["chemistry"], "remove"),
        (["chemistry"], ["physics"], "add"),
        (["chemistry"], [], "add"),
        (["chemistry"], ["maths"], None),
    ],
)
def test_what_comes_into_sight_is_added_and_what_goes_out_of_it_removed(before, after, action):
    told = narrowed(change(before, after), view())
    assert (told["action"] if told else None) == action
    assert narrowed(change(before, after), view(ALL))["action"] == "update"


def test_of_what_goes_out_of_sight_nothing_is_told_but_that():
    told = narrowed(change([], ["chemistry"]), view())
    assert told == {"type": "change", "model": "device", "action": "remove", "id": "lab", "data": None}


@pytest.mark.parametrize(("before", "is_told"), [(["physics"], True), (["chemistry"], False), (None, False)])
def test_a_removal_is_told_to_who_saw_the_device(before, is_told):
    assert (narrowed(change(before, None, "remove"), view()) is not None) == is_told


@pytest.mark.parametrize(("after", "is_told"), [(["physics"], True), (["chemistry"], False)])
def test_a_new_device_is_told_to_who_sees_it(after, is_told):
    assert (narrowed(change(None, after, "add"), view()) is not None) == is_told


def test_a_field_that_takes_another_right_is_told_to_who_has_it_alone():
    assert "groups" not in narrowed(change([], []), view())["data"]
    assert narrowed(change([], []), view(ALL))["data"]["groups"] == []


def test_how_it_is_guarded_is_told_to_nobody():
    for access in (PHYSICS, ALL):
        assert "guard" not in narrowed(change([], []), view(access))


def test_a_change_takes_the_right_to_view_its_kind():
    message = {
        "type": "change",
        "model": "person",
        "id": "7",
        "data": {},
        "guard": {**GUARD, "permission": "auth.view_user"},
    }
    assert narrowed(message, view(ALL)) is None
    assert narrowed(message, view(Access(frozenset({"auth.view_user"})))) is not None


@pytest.mark.parametrize(
    ("devices", "is_told"), [(None, True), ([], False), (["lab"], False), (["lab", "attic"], True)]
)
def test_what_is_of_devices_is_told_to_who_sees_one_of_them(devices, is_told):
    message = {
        "type": "change",
        "model": "annotation",
        "id": "5",
        "data": {},
        "guard": {**GUARD, "devices": devices},
    }
    assert (narrowed(message, view(hidden=["lab"])) is not None) == is_told


def test_who_sees_all_is_told_of_what_no_device_has_any_more():
    message = {
        "type": "change",
        "model": "metric",
        "id": "co2",
        "data": {},
        "guard": {**GUARD, "devices": []},
    }
    assert narrowed(message, view(ALL)) is not None


def test_who_sees_all_and_follows_some_devices_is_told_of_these():
    message = {
        "type": "change",
        "model": "annotation",
        "id": "5",
        "data": {},
        "guard": {**GUARD, "devices": ["lab"]},
    }
    assert narrowed(message, view(ALL, wanted=frozenset({"attic"}))) is None


def test_of_several_changes_each_is_looked_at():
    hidden = {key: value for key, value in change(["chemistry"], ["chemistry"]).items() if key != "type"}
    shown = {key: value for key, value in change([], [], id="attic").items() if key != "type"}
    assert narrowed({"type": "changes", "changes": [hidden]}, view()) is None
    told = narrowed({"type": "changes", "changes": [hidden, shown, hidden]}, view())
    assert [one["id"] for one in told["changes"]] == ["attic"]


@pytest.mark.parametrize("kind", ["presence", "event"])
def test_nothing_else_of_a_hidden_device_is_told_either(kind):
    assert narrowed({"type": kind, "device": "lab"}, view(hidden=["lab"])) is None
    assert narrowed({"type": kind, "device": "attic"}, view(hidden=["lab"])) is not None


def test_readings_of_hidden_devices_are_left_out():
    message = {"type": "readings", "series": [{"device": name} for name in ("lab", "attic")]}
    assert narrowed(message, view(hidden=["lab"]))["series"] == [{"device": "attic"}]
    assert narrowed(message, view(hidden=["lab", "attic"])) is None
    assert narrowed(message, view()) is message


def notification(groups=(), **guard):
    return {
        "type": "notification",
        "model": "device",
        "device": "lab",
        "guard": {"permission": VIEW_DEVICES, "groups": list(groups), "author": "7", **guard},
    }


def test_of_webhooks_those_are_told_who_see_all_devices():
    message = {**notification(permission="liveapp.view_webhook"), "model": "webhook", "device": None}
    rights = frozenset({VIEW_DEVICES, "liveapp.view_webhook"})
    assert narrowed(message, view(Access(rights))) is None
    assert narrowed(message, view(Access(rights | {SEE_ALL}))) is not None


@pytest.mark.parametrize(
    ("message", "seen_by", "is_told"),
    [
        (notification(), view(), True),
        (notification(["physics"]), view(), True),
        (notification(["chemistry"]), view(), False),
        (notification(["chemistry"]), view(ALL), True),
        (notification(), view(hidden=["lab"]), False),
        # Whichever devices the page follows.
        (notification(), view(wanted=frozenset({"kitchen"})), True),
        (notification(permission="auth.view_user"), view(), False),
        (notification(), View(Sight(), PHYSICS, "7"), False),
        (notification(), View(Sight(), PHYSICS, "8"), True),
        (notification(), view(Access(frozenset({VIEW_DEVICES}), devices=frozenset({"lab"}))), False),
    ],
)
def test_a_notification_is_for_who_saw_it_then_and_sees_it_now_and_did_not_do_it(message, seen_by, is_told):
    told = narrowed(message, seen_by)
    assert (told is not None) == is_told
    assert told is None or "guard" not in told
