"""What all tests of one run share: the database, and the files of the page."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.test.utils import setup_databases, teardown_databases
from pytest_django import DjangoDbBlocker

from learndj.static_files import StaticFiles

# Made by migrate, the same for every test.
KEPT = {ContentType, Permission}


@pytest.fixture(autouse=True, scope="session")
def _static_files_are_looked_for_once() -> Iterator[None]:
    """Each client of a test makes a server's middleware of its own, and each of those would look at every file."""
    found: dict[str, Any] = {}
    look = StaticFiles.add_files_from_finders

    def look_once(self: StaticFiles) -> None:
        if not found:
            look(self)
            found.update(self.files)
        self.files.update(found)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StaticFiles, "add_files_from_finders", look_once)
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Both aliases, whichever test comes first."""
    with django_db_blocker.unblock():
        config = setup_databases(verbosity=0, interactive=False)
    yield
    with django_db_blocker.unblock():
        teardown_databases(config, verbosity=0)


@pytest.fixture
def database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The database as in production: real commits that every thread sees. Emptied after the test.

    It costs a tenth of `django_db(transaction=True)`, which runs all of post_migrate after each test.
    """
    with django_db_blocker.unblock():
        yield
        with transaction.atomic():
            for model in set(apps.get_models(include_auto_created=True)) - KEPT:
                model._base_manager.all()._raw_delete("default")
