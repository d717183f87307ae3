"""Fixtures of the tests of settings: a variable that is not set, unless a test gives it a value."""

import pytest

from learndj.tests.refusals import NAME


@pytest.fixture
def given(monkeypatch):
    monkeypatch.delenv(NAME, raising=False)

    def give(value):
        monkeypatch.setenv(NAME, value)

    return give


@pytest.fixture(autouse=True)
def _unset(given):
    """Not set, unless a test gives it a value."""
