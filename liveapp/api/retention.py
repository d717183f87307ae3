"""How long readings and their rollups are kept, of the installation and of single devices, and what is due to go."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from liveapp import audit
from liveapp.api import visible
from liveapp.api.bodies import Body
from liveapp.models import Device, Retention
from liveapp.models.retention import INSTALLATION, LONGEST_DAYS
from liveapp.retention.periods import AllPeriods, Changes, PeriodsRefused, change, said
from liveapp.retention.plan import Due, due


def _days(text: str) -> serializers.IntegerField:
    return serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=LONGEST_DAYS, help_text=text
    )


class PeriodsSerializer(Body):
    """In days; 0 is for ever, null the default or, of a device, as the installation."""

    raw_days = _days("Readings as they came.")
    minute_days = _days("Rollups of minutes and quarters of an hour.")
    hour_days = _days("Rollups of hours; those of days are kept for ever.")


class _DevicePeriodsSerializer(PeriodsSerializer):
    device = serializers.CharField()


class RetentionSerializer(PeriodsSerializer):
    devices = _DevicePeriodsSerializer(many=True)


class _KeptSerializer(serializers.Serializer[Any]):
    raw_days = serializers.IntegerField()
    minute_days = serializers.IntegerField()
    hour_days = serializers.IntegerField()


class _DueSerializer(serializers.Serializer[Any]):
    level = serializers.CharField()
    days = serializers.IntegerField()
    deleted_until = serializers.IntegerField(allow_null=True)
    until = serializers.IntegerField(allow_null=True, help_text="null: kept for ever.")
    rows = serializers.IntegerField()
    more = serializers.BooleanField(help_text="There are more than were counted.")


class DeviceRetentionSerializer(_DevicePeriodsSerializer):
    kept = _KeptSerializer(help_text="What follows from its own periods and the installation's.")
    due = _DueSerializer(many=True)


class _RetentionsView(APIView):
    """Seen by all who are signed in, changed by who may change a retention."""

    queryset = Retention.objects.all()


class RetentionView(_RetentionsView):
    """The installation's."""

    @extend_schema(responses=RetentionSerializer)
    def get(self, request: Request) -> Response:
        """How long everything is kept, and the devices that have periods of their own."""
        return Response(_installation(AllPeriods.load(), visible.numbers(request)))

    @extend_schema(request=PeriodsSerializer, responses=RetentionSerializer)
    def patch(self, request: Request) -> Response:
        """Change it. What is older then is deleted within the hour."""
        changes = _checked(request.data)
        with _by_field():
            wanted = change(INSTALLATION, changes)
        _log(request, None, changes)
        return Response(_installation(wanted, visible.numbers(request)))


class DeviceRetentionView(_RetentionsView):
    """A device's."""

    @extend_schema(parameters=[PeriodsSerializer], responses=DeviceRetentionSerializer)
    def get(self, request: Request, id: str) -> Response:
        """How long it is kept and what is due to be deleted; with periods in the query, what would be."""
        (number,) = visible.numbers(request, [id]).values()
        changes = _checked(request.query_params)
        with _by_field():
            wanted = AllPeriods.load().changed(number, changes)
        return Response(_device(id, number, wanted))

    @extend_schema(request=PeriodsSerializer, responses=DeviceRetentionSerializer)
    def patch(self, request: Request, id: str) -> Response:
        """Change it. What is older then is deleted within the hour."""
        (number,) = visible.numbers(request, [id]).values()
        changes = _checked(request.data)
        with _by_field():
            wanted = change(number, changes)
        _log(request, visible.find_device(request, id), changes)
        return Response(_device(id, number, wanted))


@contextmanager
def _by_field() -> Iterator[None]:
    try:
        yield
    except PeriodsRefused as error:
        raise ValidationError(error.fields) from error


def _log(request: Request, device: Device | None, changes: Changes) -> None:
    audit.log(request.user, audit.subject_of_retention(device), "change", sentence=said(changes))


def _checked(data: Any) -> Changes:
    given = PeriodsSerializer(data=data)
    given.is_valid(raise_exception=True)
    checked: Changes = given.validated_data
    return checked


def _installation(periods: AllPeriods, numbers: dict[str, int]) -> dict[str, Any]:
    """`numbers`: of the devices that may be told of."""
    apart = set(periods.differing())
    differing = [(name, number) for name, number in numbers.items() if number in apart]
    return {
        **periods.kept(INSTALLATION)._asdict(),
        "devices": [{"device": name, **periods.own(number)._asdict()} for name, number in differing],
    }


def _device(device_id: str, number: int, periods: AllPeriods) -> dict[str, Any]:
    kept = periods.kept(number)
    return {
        "device": device_id,
        **periods.own(number)._asdict(),
        "kept": kept._asdict(),
        "due": [_due(one) for one in due(number, kept)],
    }


def _due(one: Due) -> dict[str, Any]:
    return {
        "level": one.level.label,
        "days": one.days,
        "deleted_until": one.deleted_until_ms,
        "until": one.until_ms,
        "rows": one.rows,
        "more": one.more,
    }
