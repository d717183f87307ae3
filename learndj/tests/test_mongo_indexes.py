from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import IntegrityError, connections

from learndj.mongo_indexes import rebuild_unique_indexes
from liveapp.models import Device, Event, Metric, Sequence

pytestmark = [
    pytest.mark.skipif(not settings.MONGODB, reason="about MongoDB; this run is on SQLite"),
    pytest.mark.usefixtures("database"),
]


def database_of() -> Any:
    connection: Any = connections["default"]
    return connection.database


def stages_of(plan):
    """The kinds of all steps of a query plan."""
    inner = [plan[name] for name in ("inputStage", "queryPlan") if name in plan] + plan.get("inputStages", [])
    return {plan.get("stage")} | {stage for one in inner for stage in stages_of(one)}


@pytest.mark.parametrize(
    ("model", "look_up"),
    [
        (Session, {"session_key": "x"}),
        (User, {"username": "x"}),
        (Device, {"id": "x"}),
        (Device, {"number": 5}),
        (Metric, {"name": "x"}),
        (Sequence, {"name": "x"}),
        (Event, {"id": "x"}),
    ],
    ids=lambda given: given.__name__ if isinstance(given, type) else "by " + "".join(given),
)
def test_look_up_by_a_unique_column_scans_no_collection(model, look_up):
    plan = database_of()[model._meta.db_table].find(look_up).explain()
    stages = stages_of(plan["queryPlanner"]["winningPlan"])
    assert "IXSCAN" in stages
    assert "COLLSCAN" not in stages


def test_unique_column_stays_unique():
    Metric.objects.create(name="co2", label="CO₂")
    with pytest.raises(IntegrityError):
        Metric.objects.create(name="co2", label="again")


def test_readings_are_found_by_their_key_without_a_second_index():
    assert list(database_of()["liveapp_reading"].index_information()) == ["_id_"]


def test_rebuild_cut_off_in_the_middle_is_finished_by_the_next():
    collection = database_of()["liveapp_metric"]
    partial = {"name": {"$type": "string"}}
    collection.create_index("name", name="left_over", unique=True, partialFilterExpression=partial)
    rebuild_unique_indexes(apps.get_app_config("liveapp"), "default")
    assert all("partialFilterExpression" not in index for index in collection.index_information().values())


def test_rebuilding_again_changes_nothing():
    before = {model: database_of()[model._meta.db_table].index_information() for model in (Device, Session)}
    for app in apps.get_app_configs():
        rebuild_unique_indexes(app, "default")
    assert before == {model: database_of()[model._meta.db_table].index_information() for model in before}
