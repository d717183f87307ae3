"""What is stored."""

from liveapp.models.account_session import AccountSession
from liveapp.models.annotation import Annotation
from liveapp.models.attempts import Attempts
from liveapp.models.attendance import Attendance
from liveapp.models.audit import AuditEntry, ReadMark
from liveapp.models.deletion import Deletion
from liveapp.models.delivery import Delivery
from liveapp.models.device import Device
from liveapp.models.event import Event
from liveapp.models.job import Job
from liveapp.models.metric import Metric
from liveapp.models.nonce import Nonce
from liveapp.models.reading import Reading
from liveapp.models.retention import Retention
from liveapp.models.rollup import (
    DayRollup,
    HourRollup,
    MinuteRollup,
    Purge,
    QuarterRollup,
    Stale,
    Touch,
)
from liveapp.models.sequence import Sequence
from liveapp.models.share_link import ShareLink
from liveapp.models.two_factor import RecoveryCode, TwoFactor
from liveapp.models.webhook import Webhook

__all__ = [
    "AccountSession",
    "Annotation",
    "Attempts",
    "Attendance",
    "AuditEntry",
    "DayRollup",
    "Deletion",
    "Delivery",
    "Device",
    "Event",
    "HourRollup",
    "Job",
    "Metric",
    "MinuteRollup",
    "Nonce",
    "Purge",
    "QuarterRollup",
    "ReadMark",
    "Reading",
    "RecoveryCode",
    "Retention",
    "Sequence",
    "ShareLink",
    "Stale",
    "Touch",
    "TwoFactor",
    "Webhook",
]
