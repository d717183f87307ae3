"""Make MongoDB's unique indexes usable: the backend makes them partial, and the planner passes those over."""

from typing import Any

from django.apps import AppConfig
from django.db import connections

# Written past the ORM, with the key in _id. The index on the key's own column is empty; whole, it would refuse
# a second row.
KEY_IN_ID = frozenset({"liveapp_reading"})


def rebuild_unique_indexes(app_config: AppConfig, using: str, **_: Any) -> None:
    """After each migrate: every partial unique index on columns that are never null is made whole."""
    connection: Any = connections[using]
    if connection.vendor != "mongodb":
        return
    for model in app_config.get_models(include_auto_created=True):
        if model._meta.db_table in KEY_IN_ID:
            continue
        nullable = {field.column for field in model._meta.local_fields if field.null}
        collection = connection.database[model._meta.db_table]
        for name, index in collection.index_information().items():
            columns = {column for column, _ in index["key"]}
            if index.get("unique") and "partialFilterExpression" in index and not columns & nullable:
                collection.drop_index(name)
                collection.create_index(index["key"], name=name, unique=True)
