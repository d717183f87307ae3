"""`manage.py retention`."""

import io

import pytest
from django.core.management import CommandError, call_command

from liveapp.levels import MINUTE_MS
from liveapp.models import Retention
from liveapp.tests.doors import put, stored
from liveapp.tests.kept import noon, purge_all, roll_up

pytestmark = pytest.mark.usefixtures("database", "as_if_newer_ones_were_there")


def manage(*arguments):
    out = io.StringIO()
    call_command("retention", *arguments, stdout=out)
    return out.getvalue()


def cells(shown):
    """The lines of a table, by their first word."""
    lines = [[cell.strip() for cell in line.split("  ") if cell] for line in shown.splitlines()]
    return {line[0]: line[1:] for line in lines if line}


def test_the_plan_is_shown_for_each_device(new_device):
    new_device("cellar")
    put(new_device("kitchen")[0], [noon(40), noon(40) + MINUTE_MS], temperature=1.0)
    shown = manage()
    assert shown.startswith("cellar\n  level ")
    kitchen = cells(shown[shown.index("kitchen") :])
    assert kitchen["raw"][:2] == ["30 days", "-"]
    assert kitchen["raw"][2].startswith("2 rows before 2")
    assert kitchen["hour"][2].startswith("nothing before 2")
    assert kitchen["day"] == ["for ever", "-", "nothing, ever"]


def test_until_when_was_deleted_is_shown(device):
    put(device, [noon(40)], temperature=1.0)
    roll_up()
    purge_all()
    raw = cells(manage("show", "--device", "kitchen"))["raw"]
    assert raw[2] == f"nothing before {raw[1]}"


def test_periods_of_the_installation_are_set(device):
    shown = cells(manage("set", "--raw", "7", "--minute", "100", "--hour", "ever"))
    assert [shown[level][0] for level in ("raw", "minute", "quarter", "hour")] == [
        "7 days",
        "100 days",
        "100 days",
        "for ever",
    ]
    assert cells(manage("set", "--raw", "default"))["raw"][0] == "30 days"


def test_periods_of_a_device_are_set(new_device):
    for name in ("cellar", "kitchen"):
        new_device(name)
    manage("set", "--raw", "1", "--device", "kitchen")
    cellar, kitchen = manage().split("kitchen (has periods of its own)")
    assert (cells(cellar)["raw"][0], cells(kitchen)["raw"][0]) == ("30 days", "1 day")


def test_a_look_at_other_periods_changes_nothing(device):
    put(device, [noon(8)], temperature=1.0)
    roll_up()
    assert cells(manage("show", "--raw", "7"))["raw"][2].startswith("1 row before")
    assert not Retention.objects.exists()
    purge_all()
    assert list(stored(device)) == [noon(8)]


def test_without_a_device_what_new_ones_keep_is_shown():
    assert manage().startswith("There is no device yet. New ones keep:\n  level")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["set"], "Say what to set"),
        (["set", "--raw", "366"], "366 days is longer than minutes are kept"),
        (["set", "--raw", "-1"], "raw"),
        (["set", "--raw", "36501"], "use a number of days up to 36,500"),
        (["set", "--raw", "a week"], "use a number of days"),
        (["set", "--raw", "7", "--device", "kitchn"], "There is no device 'kitchn'"),
        (["show", "--device", "kitchn"], "There is no device 'kitchn'"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(device, arguments, told):
    with pytest.raises(CommandError, match=told):
        manage(*arguments)
    assert not Retention.objects.exists()
