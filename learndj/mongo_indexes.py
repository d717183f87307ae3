"""Make MongoDB's unique indexes usable: the backend makes them partial, and the planner passes those over."""

from typing import Any

from django.apps import AppConfig
from django.db import connections


def rebuild_unique_indexes(app_config: AppConfig, using: str, **_: Any) -> None:
    """After each migrate: every partial unique index on columns that are never null is made whole."""
    connection: Any = connections[using]
    if connection.vendor != "mongodb":
        return
    for model in app_config.get_models(include_auto_created=True):
        nullable = {field.column for field in model._meta.local_fields if field.null}
        _make_whole(connection.database[model._meta.db_table], nullable)


def _make_whole(collection: Any, nullable: set[str | None]) -> None:
    unique = {name: index for name, index in collection.index_information().items() if index.get("unique")}
    partial = {name: index["key"] for name, index in unique.items() if "partialFilterExpression" in index}
    whole = [index["key"] for name, index in unique.items() if name not in partial]
    for name, key in partial.items():
        if nullable & {column for column, _ in key}:
            continue
        # First the new one: cut off in between, both are there, and the next migrate goes on.
        if key not in whole:
            collection.create_index(key, name=f"{name}_whole", unique=True)
        collection.drop_index(name)
