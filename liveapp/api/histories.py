"""What was: the readings of a span, of one device or several, and the span in numbers."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from liveapp.api import visible
from liveapp.api.fields import TimeField
from liveapp.clock import now_ms
from liveapp.history import DEFAULT_SPAN_MS, MAX_POINTS, history
from liveapp.levels import Level
from liveapp.models import Device
from liveapp.models.reading import TIME_MASK
from liveapp.spans import Span
from liveapp.statistics import statistics

MAX_DEVICES = 50


class SpanSerializer(serializers.Serializer[Any]):
    """The query of a span."""

    start = TimeField(required=False, help_text="Milliseconds since 1970, UTC.")
    end = TimeField(required=False, max_value=TIME_MASK + 1, help_text="Exclusive; default: now.")
    metrics = serializers.CharField(
        required=False, max_length=3000, help_text="Comma-separated; default: all."
    )

    def validate_metrics(self, value: str) -> frozenset[str]:
        return frozenset(_names(value))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        end_ms = attrs.setdefault("end", now_ms() + 1)
        if attrs.setdefault("start", max(0, end_ms - DEFAULT_SPAN_MS)) >= end_ms:
            raise serializers.ValidationError({"start": "must be before the end."})
        return attrs


class HistoryQuerySerializer(SpanSerializer):
    """A span, and how finely it is to be shown."""

    points = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=MAX_POINTS,
        help_text="At most so many, of minutes, hours or days where need be; default: every reading.",
    )


class PageQuerySerializer(HistoryQuerySerializer):
    """The same for several devices."""

    devices = serializers.CharField(max_length=4000, help_text="Comma-separated, 50 at most.")
    points = serializers.IntegerField(default=1000, min_value=1, max_value=MAX_POINTS)

    def validate_devices(self, value: str) -> list[str]:
        ids = list(dict.fromkeys(_names(value)))
        if not 1 <= len(ids) <= MAX_DEVICES:
            raise serializers.ValidationError(f"name 1 to {MAX_DEVICES} devices.")
        return ids


def _names(value: str) -> list[str]:
    return [name.strip() for name in value.split(",") if name.strip()]


class _Columns(serializers.DictField):
    child = serializers.ListField(child=serializers.FloatField(allow_null=True))


class HistorySerializer(serializers.Serializer[Any]):
    device = serializers.CharField()
    resolution = serializers.ChoiceField(choices=[level.label for level in Level])
    step_ms = serializers.IntegerField(help_text="The width of a point; 0 for readings as they are.")
    start = serializers.IntegerField()
    end = serializers.IntegerField()
    complete = serializers.BooleanField()
    time = serializers.ListField(child=serializers.IntegerField())
    values = _Columns(help_text="Readings, or the means of points.")
    min = _Columns(required=False)
    max = _Columns(required=False)
    count = _Columns(required=False)


class PageHistorySerializer(serializers.Serializer[Any]):
    series = HistorySerializer(many=True)


class _MomentSerializer(serializers.Serializer[Any]):
    value = serializers.FloatField()
    time = serializers.IntegerField()


class _NumbersSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    mean = serializers.FloatField()
    min = _MomentSerializer(allow_null=True)
    max = _MomentSerializer(allow_null=True)
    last = _MomentSerializer(allow_null=True)
    trend_per_hour = serializers.FloatField(allow_null=True)


class _SpanNumbersSerializer(serializers.Serializer[Any]):
    start = serializers.IntegerField()
    end = serializers.IntegerField()
    metrics = serializers.DictField(child=_NumbersSerializer())


class StatisticsSerializer(_SpanNumbersSerializer):
    device = serializers.CharField()
    before = _SpanNumbersSerializer(help_text="The span of the same length before it.")


class _DevicesView(APIView):
    """For all who may see devices."""

    queryset = Device.objects.all()


class HistoryView(_DevicesView):
    """One device."""

    @extend_schema(parameters=[HistoryQuerySerializer], responses=HistorySerializer)
    def get(self, request: Request, pk: str) -> Response:
        """The readings of a span, as columns."""
        query = _checked(HistoryQuerySerializer, request)
        (number,) = visible.numbers(request, [pk]).values()
        span = Span(number, query["start"], query["end"])
        return Response(history(pk, span, points=query.get("points"), metrics=query.get("metrics")))


class PageHistoryView(_DevicesView):
    """Several devices at once."""

    @extend_schema(parameters=[PageQuerySerializer], responses=PageHistorySerializer)
    def get(self, request: Request) -> Response:
        """The same span of several devices."""
        query = _checked(PageQuerySerializer, request)
        numbers = visible.numbers(request, query["devices"])
        series = [
            history(
                device_id,
                Span(number, query["start"], query["end"]),
                points=query["points"],
                metrics=query.get("metrics"),
            )
            for device_id, number in numbers.items()
        ]
        return Response({"series": series})


class StatisticsView(_DevicesView):
    """One device."""

    @extend_schema(parameters=[SpanSerializer], responses=StatisticsSerializer)
    def get(self, request: Request, pk: str) -> Response:
        """A span in numbers, and the span before it."""
        query = _checked(SpanSerializer, request)
        (number,) = visible.numbers(request, [pk]).values()
        start_ms, end_ms, metrics = query["start"], query["end"], query.get("metrics")
        before_ms = max(0, 2 * start_ms - end_ms)
        spans = [Span(number, start_ms, end_ms), Span(number, before_ms, start_ms)]
        now, before = (
            {"start": span.start_ms, "end": span.end_ms, "metrics": statistics(span, metrics)}
            for span in spans
        )
        return Response({"device": pk, **now, "before": before})


def _checked(kind: type[SpanSerializer], request: Request) -> dict[str, Any]:
    query = kind(data=request.query_params)
    query.is_valid(raise_exception=True)
    checked: dict[str, Any] = query.validated_data
    return checked
