from datetime import UTC, datetime, timedelta

import pytest

from liveapp import deletion
from liveapp.deletion import ask_for_deletion, delete_device, delete_readings, finish_deletions
from liveapp.errors import StorageUnavailable
from liveapp.models import Deletion, Device, Event, Job
from liveapp.models.device import MAX_NUMBER
from liveapp.models.reading import TIME_MASK, key_of
from liveapp.store import Row, store


def keep(number, times):
    store().commit([Row(key_of(number, time), {"a": float(time)}) for time in times])


def count(number):
    return len(store().read(key_of(number, 0), key_of(number, TIME_MASK) + 1, 1_000))


def hold():
    pass


def test_device_is_gone_at_once_and_its_readings_when_the_job_has_run(device):
    keep(device.number, [0, 5, TIME_MASK])
    delete_device(device)
    assert not Device.objects.exists()
    assert finish_deletions(hold) == "removed 3 readings of deleted devices"
    assert count(device.number) == 0


def test_job_is_due_as_soon_as_a_device_is_deleted(device):
    delete_device(device)
    assert Job.objects.get(name="deletions").due_at <= datetime.now(UTC)


def test_readings_of_the_neighbours_stay(device):
    for number in (device.number, device.number + 1):
        keep(number, [0, TIME_MASK])
    delete_device(device)
    finish_deletions(hold)
    assert count(device.number + 1) == 2


def test_readings_go_in_steps_with_a_hold_before_each(device, monkeypatch):
    monkeypatch.setattr(deletion, "STEP", 4)
    keep(device.number, range(10))
    holds: list[int] = []
    assert delete_readings(device.number, lambda: holds.append(count(device.number))) == 10
    assert holds == [10, 6, 2, 0]


def test_events_go_along(device):
    Event.record(device.number, device_id=device.id, time_ms=5, event="rain", direction="", action="")
    delete_device(device)
    assert not Event.objects.exists()


def test_deletion_cut_off_before_the_device_was_gone_is_finished_by_the_job(device):
    keep(device.number, range(3))
    ask_for_deletion(device.number, device.id)
    finish_deletions(hold)
    assert not Device.objects.exists()
    assert count(device.number) == 0


class StoreThatGoesAway:
    """Deletes one step, then does not answer."""

    steps = 0

    def delete(self, start_key, end_key, step):
        self.steps += 1
        if self.steps > 1:
            raise StorageUnavailable("The database did not answer.")
        return store().delete(start_key, end_key, step)


def test_deletion_cut_off_in_the_middle_goes_on_where_it_stopped(device, monkeypatch):
    monkeypatch.setattr(deletion, "STEP", 4)
    keep(device.number, range(10))
    delete_device(device)
    cut = StoreThatGoesAway()
    with monkeypatch.context() as patch:
        patch.setattr(deletion, "store", lambda: cut)
        with pytest.raises(StorageUnavailable):
            finish_deletions(hold)
    assert finish_deletions(hold) == "removed 6 readings of deleted devices"


def test_what_a_server_that_hung_stores_after_the_deletion_goes_too(device):
    delete_device(device)
    finish_deletions(hold)
    keep(device.number, [7])
    finish_deletions(hold)
    assert count(device.number) == 0


def test_a_deletion_is_forgotten_when_no_straggler_can_come_any_more(device):
    delete_device(device)
    finish_deletions(hold)
    assert Deletion.objects.exists()
    Deletion.objects.update(asked_at=datetime.now(UTC) - timedelta(seconds=deletion.STRAGGLERS_S + 1))
    finish_deletions(hold)
    assert not Deletion.objects.exists()


def test_last_device_there_can_be_is_deleted(new_device):
    device, _ = new_device("last")
    Device.objects.filter(id="last").update(number=MAX_NUMBER)
    device.number = MAX_NUMBER
    keep(MAX_NUMBER, [0, TIME_MASK])
    delete_device(device)
    assert finish_deletions(hold) == "removed 2 readings of deleted devices"


def test_a_late_deletion_leaves_the_new_device_of_the_same_id(device, new_device):
    late = Device.objects.get(id=device.id)
    delete_device(device)
    newer, _ = new_device(device.id)
    delete_device(late)
    assert Device.objects.get(id=device.id).enabled
    finish_deletions(hold)
    assert Device.objects.get(id=device.id).number == newer.number
