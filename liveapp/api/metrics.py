"""Metrics: what each is called, its unit and its range."""

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from liveapp.api.serializers import MetricSerializer
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
        return Response([description.describe() for description in all_descriptions().values()])

    @extend_schema(request=MetricSerializer(partial=True), responses=MetricSerializer)
    def partial_update(self, request: Request, name: str) -> Response:
        """Describe a metric. Values outside its range are refused from then on."""
        known = all_descriptions().get(name)
        if known is None:
            raise NotFound(f"There is no metric {shorten(name)}.")
        metric = Metric(**known.describe())
        given = MetricSerializer(metric, data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        return Response(MetricSerializer(given.save()).data)
