"""A backup's rows of SQLite as MongoDB's documents. Where SQLite has counted keys, MongoDB has ObjectIds."""

from collections.abc import Generator
from contextlib import closing
from itertools import islice
from typing import Any

from bson import ObjectId
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Field, Model
from pymongo.collection import Collection

# The connection to the backup.
BACKUP = "backup"
BATCH = 2_000
PERMISSIONS = (
    "SELECT p.id, c.app_label, c.model, p.codename FROM auth_permission p "
    "JOIN django_content_type c ON c.id = p.content_type_id"
)
# By model, the ObjectId in the place of each key.
Keys = dict[type[Model], dict[Any, ObjectId]]


def new_keys() -> Keys:
    """Of all that other rows name by a key that SQLite has counted. Permissions are there: found by their names."""
    keys: Keys = {model: {row.pk: ObjectId() for row in _rows(model)} for model in (get_user_model(), Group)}
    fields = ("pk", "content_type__app_label", "content_type__model", "codename")
    here = {tuple(name): key for key, *name in Permission._base_manager.values_list(*fields)}
    with connections[BACKUP].cursor() as cursor:
        there = cursor.execute(PERMISSIONS).fetchall()
    keys[Permission] = {key: here[tuple(name)] for key, *name in there if tuple(name) in here}
    return keys


def _rows(model: type[Model]) -> Generator[Any, None, None]:
    """One after the other. MongoDB calls the keys that it makes itself by another name."""
    everything = f'SELECT * FROM "{model._meta.db_table}"'  # noqa: S608
    names = {"id": str(model._meta.pk.column)}
    yield from model._base_manager.raw(everything, translations=names, using=BACKUP).iterator()


def copy(model: type[Model], target: "Collection[Any]", keys: Keys) -> int:
    """Every row of a table, never many at a time; how many there are."""
    count = 0
    # Cut off in the middle, it is to be closed before its database is.
    with closing(_rows(model)) as rows:
        while batch := list(islice(rows, BATCH)):
            if documents := [document for row in batch if (document := _document(row, keys))]:
                target.insert_many(documents, ordered=False)
            count += len(batch)
    return count


def _document(row: Model, keys: Keys) -> dict[str, Any] | None:
    """As Django's MongoDB backend writes it; none for a permission that this version does not have."""
    connection = connections[DEFAULT_DB_ALIAS]
    document: dict[str, Any] = {}
    for field in row._meta.local_concrete_fields:
        value = _moved(field, getattr(row, field.attname), keys)
        if value is None and not field.null:
            return None
        document[str(field.column)] = field.get_db_prep_save(value, connection)
    return document


def _moved(field: "Field[Any, Any]", value: Any, keys: Keys) -> Any:
    """A value, or the key that has taken its place."""
    model = field.related_model or (field.model if field.primary_key else None)
    if model in keys:
        return keys[model].get(value)
    return ObjectId() if field.get_internal_type() == "ObjectIdAutoField" else value
