"""Bodies that clients send: a name that no field has is a slip of the pen, and said, not passed over."""

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework import serializers

# So many unknown names are told at most, and so much of each.
MOST_TOLD, MOST_SIGNS = 5, 64


class Body(serializers.Serializer[Any]):
    """What is shown of an object may be sent back, though it changes nothing: many a client sends the whole of it."""

    # Where the object is shown by another serializer.
    shown_by: ClassVar[type[serializers.Serializer[Any]] | None] = None

    def to_internal_value(self, data: Any) -> Any:
        shown = () if self.shown_by is None else self.shown_by().fields
        known = {*self.fields, *shown}
        if isinstance(data, Mapping) and (unknown := [name for name in data if name not in known]):
            names = ", ".join(name for name, field in self.fields.items() if not field.read_only)
            said = f"there is no such field. Send some of: {names}."
            raise serializers.ValidationError({name[:MOST_SIGNS]: [said] for name in unknown[:MOST_TOLD]})
        return super().to_internal_value(data)
