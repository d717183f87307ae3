"""A metric as this installation describes it: names seen on the wire, and what people said of them."""

from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models

from liveapp.metrics import DECLARED, MetricDescription


class Metric(models.Model):
    """One description; it takes the place of the declared one of the same name."""

    name = models.CharField(max_length=64, primary_key=True, editable=False)
    label = models.CharField(max_length=64)
    unit = models.CharField(max_length=16, blank=True)
    minimum = models.FloatField(null=True, blank=True)
    maximum = models.FloatField(null=True, blank=True)
    decimals = models.PositiveSmallIntegerField(default=2, validators=[MaxValueValidator(9)])
    circular = models.BooleanField(default=False)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.label

    def describe(self) -> dict[str, Any]:
        return self.description().describe()

    def description(self) -> MetricDescription:
        return MetricDescription(
            self.name, self.label, self.unit, self.minimum, self.maximum, self.decimals, self.circular
        )


def all_descriptions() -> dict[str, MetricDescription]:
    """Every metric known here by name: the declared ones, and over them what is stored."""
    return DECLARED | {metric.name: metric.description() for metric in Metric.objects.all()}


def circular_names() -> frozenset[str]:
    """The metrics that are angles."""
    return frozenset(name for name, metric in all_descriptions().items() if metric.circular)
