"""What is stored."""

from liveapp.models.deletion import Deletion
from liveapp.models.device import Device
from liveapp.models.event import Event
from liveapp.models.job import Job
from liveapp.models.metric import Metric
from liveapp.models.reading import Reading
from liveapp.models.sequence import Sequence

__all__ = ["Deletion", "Device", "Event", "Job", "Metric", "Reading", "Sequence"]
