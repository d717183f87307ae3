"""What goes in and out of the API of webhooks, and who may have what told."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rest_framework import serializers

from liveapp.api import visible
from liveapp.api.bodies import Body
from liveapp.api.fields import TimeField
from liveapp.api.serializers import validate_printable
from liveapp.changes import EVENTS
from liveapp.models import Delivery, Webhook
from liveapp.models.delivery import DELIVERED, FAILED, WAITING
from liveapp.models.webhook import MAX_WEBHOOKS, validate_url
from liveapp.targets import MAX_LENGTH
from liveapp.webhook_rights import NotTold, check_devices, check_events

MAX_DEVICES = 1_000
MAX_PAGE = 200


@contextmanager
def _of_field(name: str) -> Iterator[None]:
    try:
        yield
    except NotTold as error:
        raise serializers.ValidationError({name: str(error)}) from error


class LastAttemptSerializer(serializers.Serializer[Any]):
    time = serializers.IntegerField(help_text="Milliseconds since 1970, UTC.")
    ok = serializers.BooleanField()
    status = serializers.IntegerField(allow_null=True)
    detail = serializers.CharField()


class WebhookSerializer(Body):
    """Whom to tell of what."""

    id = serializers.UUIDField(read_only=True)
    name = serializers.CharField(max_length=100, validators=[validate_printable])
    url = serializers.CharField(max_length=MAX_LENGTH, validators=[validate_url])
    events = serializers.ListField(
        child=serializers.CharField(max_length=64), min_length=1, help_text=", ".join(EVENTS)
    )
    devices = serializers.ListField(
        child=serializers.CharField(max_length=64),
        default=None,
        allow_null=True,
        max_length=MAX_DEVICES,
        help_text="Those whose events are told; null: all.",
    )
    enabled = serializers.BooleanField(default=True)
    created = serializers.IntegerField(read_only=True)
    waiting = serializers.IntegerField(read_only=True, help_text="How many deliveries wait.")
    last = LastAttemptSerializer(read_only=True, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """What it will tell, as a whole: who changes its address has it told to somebody else."""
        if self.instance is None and Webhook.objects.count() >= MAX_WEBHOOKS:
            raise serializers.ValidationError(
                {"name": f"there are {MAX_WEBHOOKS} webhooks, the most there can be."}
            )
        told: dict[str, Any] = {
            name: attrs.get(name, getattr(self.instance, name, None)) for name in ("events", "devices")
        }
        access = visible.access(self.context["request"])
        held = () if self.instance is None else self.instance.devices or ()
        with _of_field("events"):
            check_events(access, told["events"])
        with _of_field("devices"):
            check_devices(access, told["devices"], held=held)
        return attrs | {name: value and list(dict.fromkeys(value)) for name, value in told.items()}

    def create(self, validated_data: dict[str, Any]) -> Webhook:
        return Webhook.objects.create(**validated_data)

    def update(self, instance: Webhook, validated_data: dict[str, Any]) -> Webhook:
        for name, value in validated_data.items():
            setattr(instance, name, value)
        if validated_data:
            instance.save(update_fields=list(validated_data))
        return instance

    def to_representation(self, instance: Webhook) -> dict[str, Any]:
        return instance.describe()


class SecretSerializer(serializers.Serializer[Any]):
    secret = serializers.CharField(help_text="whsec_…, shown only now.")


class NewWebhookSerializer(WebhookSerializer):
    """The only answer that shows the secret, beside that of `rotate`."""

    secret = serializers.CharField(read_only=True)


class DeliverySerializer(serializers.Serializer[Delivery]):
    """One event on its way, or what became of it."""

    id = serializers.UUIDField(help_text="The webhook-id of its requests.")
    event = serializers.CharField()
    created = serializers.IntegerField()
    attempts = serializers.IntegerField()
    state = serializers.CharField(help_text=", ".join((WAITING, DELIVERED, FAILED)))
    status = serializers.IntegerField(allow_null=True)
    detail = serializers.CharField()
    next_try = serializers.IntegerField(allow_null=True)
    took_ms = serializers.IntegerField(allow_null=True)

    def to_representation(self, instance: Delivery) -> dict[str, Any]:
        return instance.describe()


class PageOfDeliveriesSerializer(serializers.Serializer[Any]):
    """The query of a log."""

    before = TimeField(required=False, help_text="Made before then: ms since 1970, UTC.")
    limit = serializers.IntegerField(default=50, min_value=1, max_value=MAX_PAGE)


class DeliveriesSerializer(serializers.Serializer[Any]):
    deliveries = DeliverySerializer(many=True)
    more = serializers.BooleanField()
