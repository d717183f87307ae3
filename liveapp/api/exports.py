"""What is kept of a device, as a download of any size."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.views import APIView

from liveapp.access import VIEW_DEVICES
from liveapp.api import visible
from liveapp.api.fields import TimeField, WordField
from liveapp.api.lasting import Permit
from liveapp.api.streams import AsItComes, computed, streamed
from liveapp.exporting import FORMATS, Format, ParquetMissing, Selection, UnknownMetrics, select
from liveapp.exporting.selection import ALL_TIME_MS
from liveapp.levels import Level
from liveapp.models import Device

LEVELS = {level.label: level for level in Level}
# More at once would leave the event loop no time for acks; they take turns, piece by piece.
AT_ONCE = 2
_threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="export")


class ExportQuerySerializer(serializers.Serializer[Any]):
    """Of which span, how finely, and in which format."""

    start = TimeField(default=0, help_text="Milliseconds since 1970, UTC; default: all.")
    end = TimeField(default=ALL_TIME_MS, max_value=ALL_TIME_MS, help_text="Exclusive; default: all.")
    metrics = serializers.CharField(
        required=False, max_length=3000, help_text="Comma-separated; default: all."
    )
    resolution = WordField(choices=list(LEVELS), default=Level.RAW.label)
    format = WordField(choices=list(FORMATS), default="csv")

    def validate_metrics(self, value: str) -> list[str]:
        return [name.strip() for name in value.split(",") if name.strip()]

    def validate_format(self, value: str) -> Format:
        try:
            FORMATS[value].check()
        except ParquetMissing as error:
            raise serializers.ValidationError(str(error)) from error
        return FORMATS[value]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["start"] >= attrs["end"]:
            raise serializers.ValidationError({"start": "must be before the end."})
        return attrs


class ExportView(APIView):
    """For all who may see the device."""

    queryset = Device.objects.all()
    content_negotiation_class = AsItComes
    # No HEAD: it would make the whole file to throw it away.
    http_method_names = ("get", "options")

    @extend_schema(
        parameters=[ExportQuerySerializer],
        responses={
            (200, one.content_type.partition(";")[0]): OpenApiTypes.BINARY for one in FORMATS.values()
        },
    )
    def get(self, request: Request, pk: str) -> Any:
        """The readings of a span, or its minutes, quarters, hours or days, as a file."""
        query = ExportQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        device = visible.find_device(request, pk)
        selection, form = _selected(device, query.validated_data), query.validated_data["format"]
        allowed = _while_allowed(form.chunks(selection), Permit(request, device, VIEW_DEVICES))
        chunks = computed(allowed, _threads, f"An export of {selection.device_id}")
        response = streamed(chunks, form.content_type)
        response["Content-Disposition"] = f'attachment; filename="{selection.file_stem}.{form.suffix}"'
        return response


def _while_allowed(chunks: Iterator[bytes], permit: Permit) -> Iterator[bytes]:
    """Rights that are taken away while it goes out end it."""
    for chunk in chunks:
        permit.check()
        yield chunk


def _selected(device: Device, query: dict[str, Any]) -> Selection:
    """Raises ValidationError."""
    level = LEVELS[query["resolution"]]
    try:
        return select(device, query["start"], query["end"], level, query.get("metrics"))
    except UnknownMetrics as error:
        raise ValidationError({"metrics": [str(error)]}) from error
