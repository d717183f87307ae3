"""Annotations as they are stored, and found by the span they touch."""

import random
import uuid
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import connection

from liveapp.deletion import delete_device, finish_deletions
from liveapp.models import Annotation, Device
from liveapp.models.annotation import DAY_MS, SIZES_MS
from liveapp.models.reading import TIME_MASK
from liveapp.tests.doors import make_user

pytestmark = pytest.mark.usefixtures("database")

T = 1_763_673_600_000
YEAR_MS = 365 * DAY_MS
MANY = 10_000


def annotate(device: Device | None = None, start_ms: int = T, end_ms: int | None = None, **fields: Any):
    about = Annotation.about(device) | {"text": "Window open", "author": "maker"} | fields
    return Annotation.objects.create(start_ms=start_ms, end_ms=end_ms, **about)


def touching(start_ms: int, end_ms: int, number: int = 0) -> list[Annotation]:
    return list(Annotation.touching([number], start_ms=start_ms, end_ms=end_ms))


@pytest.mark.parametrize(
    ("start_ms", "end_ms", "touches"),
    [
        (10, None, True),
        (19, None, True),
        (20, None, False),
        (9, None, False),
        (0, 10, True),
        (0, 9, False),
        (0, 100, True),
        (12, 15, True),
        (19, 30, True),
        (20, 30, False),
    ],
)
def test_what_touches_a_span_begins_before_its_end_and_is_not_over_at_its_start(start_ms, end_ms, touches):
    annotate(start_ms=start_ms, end_ms=end_ms)
    assert bool(touching(10, 20)) is touches


@pytest.mark.parametrize("length_ms", [ms + more for ms in SIZES_MS[1:-1] for more in (-1, 0, 1)] + [T])
def test_however_long_it_lasts_it_is_found_at_its_last_moment_and_no_later(length_ms):
    annotate(start_ms=T - length_ms, end_ms=T)
    assert len(touching(T, T + 1)) == 1
    assert touching(T + 1, T + 2) == []


def test_all_time_holds_the_first_and_the_last_moment():
    annotate(start_ms=0)
    annotate(start_ms=TIME_MASK)
    annotate(start_ms=0, end_ms=TIME_MASK)
    assert len(touching(0, TIME_MASK + 1)) == 3


def test_what_is_found_is_what_looking_at_each_would_find():
    chance = random.Random(7)
    spans = [(start := chance.randrange(1000), start + chance.randrange(1, 300)) for _ in range(100)]
    for start_ms, end_ms in spans:
        annotate(start_ms=start_ms * DAY_MS, end_ms=end_ms * DAY_MS if end_ms % 3 else None)
    for from_day, to_day in ((0, 50), (500, 501), (700, 900)):
        wanted = {
            one.pk
            for one in Annotation.objects.all()
            if one.start_ms < to_day * DAY_MS
            and (one.start_ms if one.end_ms is None else one.end_ms) >= from_day * DAY_MS
        }
        assert {one.pk for one in touching(from_day * DAY_MS, to_day * DAY_MS)} == wanted


def test_made_longer_it_is_found_where_it_ends_now():
    annotation = annotate(start_ms=T)
    annotation.end_ms = T + YEAR_MS
    annotation.save(update_fields=["end_ms"])
    assert touching(T + YEAR_MS, T + YEAR_MS + 1) == [annotation]


def test_changed_in_one_thing_only_that_is_saved():
    annotation = annotate(text="Window open")
    Annotation.objects.update(start_ms=5)
    annotation.text = "Window shut"
    annotation.save(update_fields=["text"])
    assert Annotation.objects.values_list("start_ms", "text").get() == (5, "Window shut")


def test_when_it_was_changed_is_kept(device):
    annotation = annotate()
    Annotation.objects.update(changed_at=annotation.created_at.replace(year=2000))
    annotation.save(update_fields=["text"])
    assert Annotation.objects.get().changed_at >= annotation.created_at


def test_it_is_described_the_same_before_and_after_it_was_stored(device):
    annotation = annotate(device, end_ms=T + 1)
    assert Annotation.objects.get().describe() == annotation.describe()
    assert annotation.describe()["device"] == "kitchen"
    assert uuid.UUID(annotation.describe()["id"]) == annotation.pk


def test_one_of_the_installation_has_no_device():
    assert annotate().describe()["device"] is None


@pytest.mark.parametrize("text", ["", " ", "a\x07b", "\u200d", "\ud800", "x" * 501])
def test_text_that_cannot_be_shown_is_invalid(text):
    with pytest.raises(ValidationError) as refused:
        Annotation(text=text, start_ms=T, author="maker").full_clean(exclude=["size"])
    assert list(refused.value.message_dict) == ["text"]


def test_an_end_before_the_start_is_invalid():
    with pytest.raises(ValidationError) as refused:
        Annotation(text="x", start_ms=T, end_ms=T, author="maker").full_clean(exclude=["size"])
    assert list(refused.value.message_dict) == ["end_ms"]


def test_a_long_one_is_named_by_its_beginning():
    assert str(Annotation(text="Window open")) == "Window open"
    assert str(Annotation(text="x" * 61)) == "x" * 59 + "…"


# When somebody or something goes.


def test_the_name_of_an_author_stays_when_the_account_goes():
    user = make_user("maker", ())
    annotate(user=user, author="maker")
    user.delete()
    annotation = Annotation.objects.get()
    assert (annotation.author, annotation.user_id) == ("maker", None)


def test_a_new_account_of_the_same_name_is_not_the_author():
    annotate(user=make_user("maker", ()), author="maker")
    User.objects.all().delete()
    assert Annotation.objects.get().user != make_user("maker", ())


def test_annotations_of_a_device_go_with_it_and_those_of_others_stay(device, new_device):
    cellar, _ = new_device("cellar")
    for one in (device, cellar, None):
        annotate(one)
    delete_device(device)
    finish_deletions(lambda: None)
    assert {one.device for one in Annotation.objects.all()} == {"cellar", None}


def test_they_go_in_steps(device):
    for start_ms in range(5):
        annotate(device, start_ms)
    assert [Annotation.delete_of(device.number, 2) for _ in range(4)] == [2, 2, 1, 0]


def test_a_device_made_anew_has_nothing_of_the_old_one(device, new_device):
    annotate(device)
    delete_device(device)
    newer, _ = new_device("kitchen")
    assert touching(0, TIME_MASK, newer.number) == []


# Many of them.


def made_many(number: int) -> None:
    chance = random.Random(1)
    lengths = [ms - 1 for ms in SIZES_MS[1:3]]
    Annotation.objects.bulk_create(
        [
            Annotation(
                number=number,
                device_id="kitchen",
                start_ms=(start_ms := T - chance.randrange(YEAR_MS)),
                end_ms=(end_ms := start_ms + chance.choice(lengths) if chance.random() < 0.5 else None),
                size=0 if end_ms is None else 1 + lengths.index(end_ms - start_ms),
                text="Window open",
                author="maker",
            )
            for _ in range(MANY)
        ],
        batch_size=5_000,
    )


def looked_through(start_ms: int, end_ms: int) -> int:
    """How many entries MongoDB looks at for a span."""
    mongodb: Any = connection
    query = Annotation.touching([1], start_ms=start_ms, end_ms=end_ms).query
    pipeline = query.get_compiler(connection=connection).build_query().get_pipeline()
    command = {"aggregate": Annotation._meta.db_table, "pipeline": pipeline, "cursor": {}}
    explained = mongodb.database.command("explain", command, verbosity="executionStats")
    stats = explained.get("executionStats") or explained["stages"][0]["$cursor"]["executionStats"]
    return int(stats["totalKeysExamined"] + stats["totalDocsExamined"])


def test_among_ten_thousand_those_of_a_day_are_found_at_once():
    made_many(1)
    middle_ms = T - YEAR_MS // 2
    found = touching(middle_ms, middle_ms + DAY_MS, 1)
    assert len(found) > 20
    if settings.MONGODB:
        assert looked_through(middle_ms, middle_ms + DAY_MS) < 10 * len(found)
    else:
        plan = Annotation.touching([1], start_ms=middle_ms, end_ms=T).explain()
        assert plan.count("annotation_by_start (number=? AND size=? AND start_ms>? AND start_ms<?)") == 6
