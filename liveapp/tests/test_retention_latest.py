"""A board that is silent for longer than readings are kept is still known by its last one."""

import pytest

from liveapp.levels import Level
from liveapp.models.reading import key_of, time_of
from liveapp.store import store
from liveapp.tests.doors import put
from liveapp.tests.kept import noon, purge_all, roll_up, rows_of

pytestmark = pytest.mark.usefixtures("database")


def test_the_newest_reading_of_a_device_stays(device):
    put(device, [noon(4001), noon(4000)], temperature=1.0)
    roll_up()
    purge_all()
    assert purge_all() == ""
    (row,) = store().latest([device.number])
    assert row.key == key_of(device.number, noon(4000))
    assert rows_of(device)[Level.RAW] == 1


def test_it_goes_when_it_is_the_newest_no_more(device):
    put(device, [noon(40)], temperature=1.0)
    roll_up()
    purge_all()
    put(device, [noon(0)], temperature=2.0)
    purge_all()
    (row,) = store().read(key_of(device.number, 0), key_of(device.number + 1, 0), 10)
    assert time_of(row.key) == noon(0)
