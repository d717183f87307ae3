"""What a reading must look like, as the REST framework checks it."""

from rest_framework import serializers

from benchmarks.tutorial.models import Reading


class ReadingSerializer(serializers.ModelSerializer[Reading]):
    class Meta:
        model = Reading
        fields = ("device", "time", "temperature", "humidity", "pressure")
