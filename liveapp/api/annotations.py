"""Annotations: those of a span, add, change, delete."""

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.exceptions import NotFound
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from liveapp import audit
from liveapp.access import Access, access_of, visible_numbers
from liveapp.api import visible
from liveapp.api.bodies import Body
from liveapp.api.fields import TimeField
from liveapp.api.permissions import MayDo
from liveapp.models import Annotation, Device
from liveapp.models.annotation import ENDS_EARLY, INSTALLATION, MAX_TEXT, one_paragraph, validate_text
from liveapp.models.device import validate_id
from liveapp.models.reading import TIME_MASK
from liveapp.protocol import shorten

MAX_ANNOTATIONS = 1_000
OLDEST_FIRST = ("start_ms", "created_at", "pk")


class ParagraphField(serializers.CharField):
    """Plain text without line breaks."""

    def to_internal_value(self, data: Any) -> str:
        return one_paragraph(super().to_internal_value(data))


class AnnotationSerializer(Body):
    """What somebody wrote about a moment or a span."""

    id = serializers.UUIDField(read_only=True)
    device = serializers.CharField(
        default=None, allow_null=True, validators=[validate_id], help_text="null: the whole installation."
    )
    start = TimeField(source="start_ms", help_text="Milliseconds since 1970, UTC.")
    end = TimeField(source="end_ms", default=None, allow_null=True, help_text="null: a moment.")
    text = ParagraphField(max_length=MAX_TEXT, validators=[validate_text])
    author = serializers.CharField(read_only=True)
    created = serializers.IntegerField(read_only=True)

    def validate_device(self, value: str | None) -> Device | None:
        if value is None:
            return None
        try:
            return visible.find_device(self.context["request"], value)
        except NotFound as error:
            raise serializers.ValidationError(f"there is no device {shorten(value)}.") from error

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        start_ms, end_ms = (
            attrs.get(name, getattr(self.instance, name, None)) for name in ("start_ms", "end_ms")
        )
        if start_ms is not None and end_ms is not None and end_ms <= start_ms:
            raise serializers.ValidationError({"end": ENDS_EARLY})
        return attrs

    def create(self, validated_data: dict[str, Any]) -> Annotation:
        fields = Annotation.about(validated_data.pop("device")) | validated_data
        return Annotation.objects.create(**fields)

    def update(self, instance: Annotation, validated_data: dict[str, Any]) -> Annotation:
        for name, value in validated_data.items():
            setattr(instance, name, value)
        if validated_data:
            instance.save(update_fields=validated_data)
        return instance

    def to_representation(self, instance: Annotation) -> dict[str, Any]:
        return instance.describe()


class ChangedAnnotationSerializer(AnnotationSerializer):
    """What may be changed later: all but its device."""

    device = serializers.CharField(read_only=True, allow_null=True)


class SpanOfAnnotationsSerializer(serializers.Serializer[Any]):
    """The query of a list."""

    device = serializers.CharField(
        required=False, max_length=64, help_text="Its own and those of the installation; default: all."
    )
    start = TimeField(default=0, help_text="Milliseconds since 1970, UTC.")
    end = TimeField(default=TIME_MASK + 1, max_value=TIME_MASK + 1, help_text="Exclusive.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["start"] >= attrs["end"]:
            raise serializers.ValidationError({"start": "must be before the end."})
        return attrs


class AnnotationsSerializer(serializers.Serializer[Any]):
    annotations = AnnotationSerializer(many=True)
    start = serializers.IntegerField()
    end = serializers.IntegerField()
    complete = serializers.BooleanField(help_text="Whether none were left out.")


class MayAnnotate(MayDo):
    """Who may add annotations may change and delete their own; those of others need the right to do so."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if request.method in ("PATCH", "DELETE"):
            # Whose it is shows when it is found.
            return bool(request.user.is_authenticated)
        return super().has_permission(request, view)

    def has_object_permission(self, request: Request, view: APIView, obj: Any) -> bool:
        if request.method in SAFE_METHODS or super().has_permission(request, view):
            return True
        return bool(obj.user_id == request.user.pk and access_of(request.user).may("liveapp.add_annotation"))


class AnnotationViewSet(
    mixins.CreateModelMixin,
    mixins.RetrieveModelMixin,
    mixins.UpdateModelMixin,
    mixins.DestroyModelMixin,
    viewsets.GenericViewSet[Annotation],
):
    """What people wrote on the time axis."""

    queryset = Annotation.objects.all()
    serializer_class = AnnotationSerializer
    permission_classes = (MayAnnotate,)
    http_method_names = ("get", "post", "patch", "delete", "head", "options")

    def get_serializer_class(self) -> type[AnnotationSerializer]:
        return ChangedAnnotationSerializer if self.action == "partial_update" else AnnotationSerializer

    def get_object(self) -> Annotation:
        found = _find(self.kwargs["pk"], visible.access(self.request))
        self.check_object_permissions(self.request, found)
        return found

    @extend_schema(parameters=[SpanOfAnnotationsSerializer], responses=AnnotationsSerializer)
    def list(self, request: Request) -> Response:
        """Those that touch a span, by their start; the newest 1,000 when there are more."""
        query = SpanOfAnnotationsSerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        span = {name: query.validated_data[name] for name in ("start", "end")}
        device = query.validated_data.get("device")
        numbers = [INSTALLATION, *visible.numbers(request, None if device is None else [device]).values()]
        touching = Annotation.touching(numbers, start_ms=span["start"], end_ms=span["end"])
        found = list(touching.order_by(*OLDEST_FIRST).reverse()[: MAX_ANNOTATIONS + 1])
        described = [annotation.describe() for annotation in reversed(found[:MAX_ANNOTATIONS])]
        return Response({"annotations": described, **span, "complete": len(found) <= MAX_ANNOTATIONS})

    def perform_create(self, serializer: Any) -> None:
        user = self.request.user
        annotation = serializer.save(user=user, author=user.get_username())
        audit.log(user, audit.subject_of(annotation), "add")

    def perform_update(self, serializer: Any) -> None:
        fields = audit.changed_fields(serializer.instance, serializer.validated_data)
        annotation = serializer.save()
        audit.log(self.request.user, audit.subject_of(annotation), "change", fields=fields)

    def perform_destroy(self, instance: Annotation) -> None:
        subject = audit.subject_of(instance)
        instance.delete()
        audit.log(self.request.user, subject, "delete")


def _find(pk: str, access: Access) -> Annotation:
    """Raises NotFound, for one of a device that is hidden or just being deleted too."""
    # Looked up in any case: how long an answer takes says nothing about what is hidden.
    numbers = {INSTALLATION, *visible_numbers(access).values()}
    try:
        found = Annotation.objects.filter(pk=uuid.UUID(pk)).first()
    except ValueError:
        found = None
    if found is None or found.number not in numbers:
        raise NotFound(f"There is no annotation {shorten(pk)}.")
    return found
