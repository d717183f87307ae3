"""Fields that several serializers have: times, and one of a few words."""

from typing import Any

from rest_framework import serializers

from liveapp.models.reading import TIME_MASK
from liveapp.moments import in_other_unit


class TimeField(serializers.IntegerField):
    """Milliseconds since 1970, UTC."""

    default_error_messages = {
        "invalid": "Use whole milliseconds since 1970 (UTC), such as 1763673600000.",
        "max_value": "Use whole milliseconds since 1970 (UTC): this is after the year 2109.",
    }

    def __init__(self, *, max_value: int = TIME_MASK, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=max_value, **kwargs)

    def to_internal_value(self, data: Any) -> int:
        time_ms = super().to_internal_value(data)
        if other := in_other_unit(time_ms):
            raise serializers.ValidationError(other)
        return time_ms


class WordField(serializers.ChoiceField):
    """One of a few words, which are named to who sends another."""

    def __init__(self, choices: Any, **kwargs: Any) -> None:
        super().__init__(choices, **kwargs)
        words = ", ".join(str(one) for one in self.choices)
        self.error_messages["invalid_choice"] = f'"{{input}}" is not one of {words}.'
