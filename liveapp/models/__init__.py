"""What is stored."""

from liveapp.models.device import Device
from liveapp.models.event import Event
from liveapp.models.metric import Metric
from liveapp.models.reading import Reading
from liveapp.models.sequence import Sequence

__all__ = ["Device", "Event", "Metric", "Reading", "Sequence"]
