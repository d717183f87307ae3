import pytest

from liveapp import deletion
from liveapp.deletion import delete_device
from liveapp.errors import StorageUnavailable
from liveapp.models import Device, Event
from liveapp.models.device import MAX_NUMBER
from liveapp.models.reading import TIME_MASK, key_of
from liveapp.store import Row, store


def keep(number, times):
    store().commit([Row(key_of(number, time), {"a": float(time)}) for time in times])


def count(number):
    return len(store().read(key_of(number, 0), key_of(number, TIME_MASK) + 1, 1_000))


def test_device_goes_with_all_its_readings(device):
    keep(device.number, [0, 5, TIME_MASK])
    assert delete_device(device) == 3
    assert count(device.number) == 0
    assert not Device.objects.exists()


def test_readings_of_the_neighbours_stay(device):
    for number in (device.number, device.number + 1):
        keep(number, [0, TIME_MASK])
    delete_device(device)
    assert count(device.number + 1) == 2


def test_readings_go_in_steps(device, monkeypatch):
    monkeypatch.setattr(deletion, "STEP", 4)
    keep(device.number, range(10))
    assert delete_device(device) == 10


def test_events_go_along(device):
    Event.record(device.number, device_id=device.id, time_ms=5, event="rain", direction="", action="")
    delete_device(device)
    assert not Event.objects.exists()


def test_device_without_readings_goes_too(device):
    assert delete_device(device) == 0
    assert not Device.objects.exists()


class StoreThatGoesAway:
    """Deletes one step, then does not answer."""

    steps = 0

    def delete(self, start_key, end_key, step):
        self.steps += 1
        if self.steps > 1:
            raise StorageUnavailable("The database did not answer.")
        return store().delete(start_key, end_key, 4)


@pytest.fixture
def store_goes_away(monkeypatch):
    cut = StoreThatGoesAway()
    with monkeypatch.context() as patch:
        patch.setattr(deletion, "store", lambda: cut)
        yield patch


def test_device_is_shut_out_before_its_readings_go(device, store_goes_away):
    keep(device.number, range(10))
    with pytest.raises(StorageUnavailable):
        delete_device(device)
    assert not Device.objects.get(id=device.id).enabled


def test_deletion_that_was_cut_off_can_be_asked_for_again(device, store_goes_away):
    keep(device.number, range(10))
    with pytest.raises(StorageUnavailable):
        delete_device(device)
    store_goes_away.undo()
    assert delete_device(Device.objects.get(id=device.id)) == 6


def test_last_device_there_can_be_is_deleted(new_device):
    device, _ = new_device("last")
    Device.objects.filter(id="last").update(number=MAX_NUMBER)
    device.number = MAX_NUMBER
    keep(MAX_NUMBER, [0, TIME_MASK])
    assert delete_device(device) == 2
