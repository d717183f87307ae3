"""The database that all tests of one run share."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.test.utils import setup_databases, teardown_databases
from pytest_django import DjangoDbBlocker

# Made by migrate, the same for every test.
KEPT = {ContentType, Permission}


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
