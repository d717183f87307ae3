"""What is said of a variable that cannot be used."""

import pytest
from django.core.exceptions import ImproperlyConfigured

NAME = "SOME_VARIABLE"
PASSWORD = "hunter2"


def refusal(read, *args, **options):
    """The sentence with which a value is refused; it names the variable and shows no password."""
    with pytest.raises(ImproperlyConfigured) as refused:
        read(NAME, *args, **options)
    sentence = str(refused.value)
    assert NAME in sentence
    assert PASSWORD not in f"{sentence} {refused.value.__cause__}"
    return sentence
