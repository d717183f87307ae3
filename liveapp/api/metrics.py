"""Metrics: what each is called, its unit and its range."""

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from liveapp import audit
from liveapp.api import visible
from liveapp.api.serializers import MetricSerializer
from liveapp.audience import metrics_seen
from liveapp.metrics import MetricDescription
from liveapp.models import Metric
from liveapp.models.metric import all_descriptions
from liveapp.protocol import shorten


class MetricViewSet(GenericViewSet[Metric]):
    """The declared metrics and those first seen on the wire."""

    queryset = Metric.objects.all()
    serializer_class = MetricSerializer
    lookup_field = "name"

    @extend_schema(responses=MetricSerializer(many=True))
    def list(self, request: Request) -> Response:
        return Response([description.describe() for description in _known(request).values()])

    @extend_schema(request=MetricSerializer(partial=True), responses=MetricSerializer)
    def partial_update(self, request: Request, name: str) -> Response:
        """Describe a metric. Values outside its range are refused from then on."""
        known = _known(request).get(name)
        if known is None:
            raise NotFound(f"There is no metric {shorten(name)}.")
        metric = Metric(**known.describe())
        given = MetricSerializer(metric, data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        fields = audit.changed_fields(metric, given.validated_data)
        metric = given.save()
        audit.log(request.user, audit.subject_of(metric), "change", fields=fields)
        return Response(MetricSerializer(metric).data)


def _known(request: Request) -> dict[str, MetricDescription]:
    """Those of the devices that this person sees; the name of another one could tell what is measured there."""
    descriptions = all_descriptions()
    if visible.access(request).sees_all:
        return descriptions
    seen = metrics_seen(visible.devices(request))
    return {name: description for name, description in descriptions.items() if name in seen}
