"""A reading as a tutorial writes it: one row, one column for each value."""

from django.db import models


class Reading(models.Model):
    device = models.CharField(max_length=64)
    time = models.BigIntegerField()
    temperature = models.FloatField()
    humidity = models.FloatField()
    pressure = models.FloatField()

    class Meta:
        app_label = "tutorial"
