"""What goes in and out of the API, for validation and for the OpenAPI page. Shapes: docs/protocol/examples/rest/."""

from typing import Any

from django.contrib.auth.models import Group
from rest_framework import serializers

from liveapp import process
from liveapp.api import visible
from liveapp.api.bodies import Body
from liveapp.devices import describe_live
from liveapp.models import Device, Metric
from liveapp.models.device import validate_groups, validate_id
from liveapp.protocol import MAX_READINGS, shorten
from liveapp.roles import ROLES

MAX_ARGS_LENGTH = 2_000
TAKEN = "a device with this id exists already."


def validate_printable(value: str) -> None:
    if not value.isprintable():
        raise serializers.ValidationError("use printable characters only.")


class LimitableSerializer(Body, serializers.ModelSerializer[Device]):
    """A device that can be limited to groups: to such as exist, or as it is limited to already."""

    def validate_groups(self, value: Any) -> list[str]:
        if not visible.access(self.context["request"]).sees_all:
            raise serializers.ValidationError("only who sees all devices can say who sees this one.")
        validate_groups(value)
        held = self.instance.groups if self.instance is not None else ()
        # A role says what somebody may do: who hands one out must not hand out the sight of a device with it.
        groups = Group.objects.filter(name__in=set(value) - ROLES.keys())
        known = {*held, *groups.values_list("name", flat=True)}
        if missing := [name for name in value if name not in known]:
            raise serializers.ValidationError(f"there is no group {shorten(missing[0])}.")
        return list(value)


class LatestReadingSerializer(serializers.Serializer[Any]):
    time = serializers.IntegerField(help_text="Milliseconds since 1970, UTC.")
    values = serializers.DictField(child=serializers.FloatField())


class DeviceSerializer(LimitableSerializer):
    """A device, with what is known of now."""

    metrics = serializers.ListField(child=serializers.CharField(), read_only=True)
    created = serializers.IntegerField(read_only=True)
    online = serializers.BooleanField(read_only=True)
    last_seen = serializers.IntegerField(read_only=True, allow_null=True)
    latest = LatestReadingSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Device
        fields: tuple[str, ...] = (
            "id",
            "name",
            "enabled",
            "interval_ms",
            "metrics",
            "created",
            "groups",
            "online",
            "last_seen",
            "latest",
        )
        read_only_fields = ("id",)
        extra_kwargs = {"name": {"validators": [validate_printable]}, "groups": {"validators": []}}

    def update(self, instance: Device, validated_data: dict[str, Any]) -> Device:
        # Only what was asked for: new metrics or a new token that came meanwhile stay.
        for name, value in validated_data.items():
            setattr(instance, name, value)
        instance.save(update_fields=list(validated_data))
        return instance

    def to_representation(self, instance: Device) -> dict[str, Any]:
        access = visible.access(self.context["request"])
        return describe_live(instance, process.current_hub(), access)


class NewDeviceSerializer(LimitableSerializer):
    """A new device: a name, and an id if its maker wants to choose one."""

    id = serializers.CharField(max_length=64, validators=[validate_id], required=False)

    class Meta:
        model = Device
        fields = ("id", "name", "enabled", "interval_ms", "groups")
        extra_kwargs = {"name": {"validators": [validate_printable]}, "groups": {"validators": []}}

    def validate_id(self, value: str) -> str:
        if not visible.access(self.context["request"]).sees_all:
            # Whether it is taken would tell of a device that is not this person's to know.
            raise serializers.ValidationError("only who sees all devices can choose one; leave it out.")
        if Device.objects.filter(id=value).exists():
            raise serializers.ValidationError(TAKEN)
        return value


class DeviceWithTokenSerializer(DeviceSerializer):
    """The only answer that ever shows a token."""

    token = serializers.CharField(read_only=True)
    signing_secret = serializers.CharField(
        read_only=True, help_text="To sign requests with, instead of the token."
    )

    class Meta(DeviceSerializer.Meta):
        fields: tuple[str, ...] = (*DeviceSerializer.Meta.fields, "token", "signing_secret")


class MetricSerializer(Body, serializers.ModelSerializer[Metric]):
    class Meta:
        model = Metric
        fields = ("name", "label", "unit", "minimum", "maximum", "decimals", "circular")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        low, high = (attrs.get(name, getattr(self.instance, name, None)) for name in ("minimum", "maximum"))
        if low is not None and high is not None and low >= high:
            raise serializers.ValidationError({"maximum": "must be above the minimum."})
        return attrs

    def to_representation(self, instance: Metric) -> dict[str, Any]:
        return instance.describe()


class SessionSerializer(Body):
    username = serializers.CharField(max_length=150, write_only=True)
    password = serializers.CharField(max_length=1000, write_only=True, trim_whitespace=False)
    code = serializers.CharField(
        max_length=64, required=False, allow_blank=True, write_only=True, help_text="Of the second factor."
    )


class UserSerializer(serializers.Serializer[Any]):
    username = serializers.CharField()
    permissions = serializers.ListField(child=serializers.CharField())


class SessionAnswerSerializer(serializers.Serializer[Any]):
    user = UserSerializer(allow_null=True)
    mail = serializers.BooleanField(help_text="Whether a forgotten password can be set anew by mail.")


class CommandSerializer(Body):
    """What a board is to do."""

    command = serializers.RegexField(r"\A[a-z][a-z0-9_]{0,63}\Z", help_text="show_message, identify")
    args = serializers.DictField(child=serializers.JSONField(), default=dict, help_text='{"text": "hello"}')

    def validate_args(self, value: dict[str, Any]) -> dict[str, Any]:
        if len(str(value)) > MAX_ARGS_LENGTH:
            raise serializers.ValidationError(f"use at most {MAX_ARGS_LENGTH} characters.")
        return value


class ResultSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    ok = serializers.BooleanField()
    detail = serializers.CharField(required=False)


class LatestSerializer(serializers.Serializer[Any]):
    class DeviceLatestSerializer(LatestReadingSerializer):
        device = serializers.CharField()

    time = serializers.IntegerField()
    devices = DeviceLatestSerializer(many=True)


class WsTokenSerializer(serializers.Serializer[Any]):
    token = serializers.CharField()
    valid_seconds = serializers.IntegerField()


class IngestSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(required=False)
    readings = serializers.ListField(child=serializers.DictField(), max_length=MAX_READINGS)


class AckSerializer(serializers.Serializer[Any]):
    class RejectedSerializer(serializers.Serializer[Any]):
        index = serializers.IntegerField()
        metric = serializers.CharField(required=False)
        code = serializers.CharField()
        detail = serializers.CharField()

    type = serializers.CharField()
    id = serializers.IntegerField(required=False)
    stored = serializers.IntegerField()
    duplicates = serializers.IntegerField()
    rejected = RejectedSerializer(many=True)


class ErrorSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    detail = serializers.CharField()
    fields_ = serializers.DictField(required=False)
