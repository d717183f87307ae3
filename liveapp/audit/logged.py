"""What is done through the API and in the administration: in Django's own log, and from there on the record."""

import json
import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model
from django.db.models.signals import post_save

from liveapp.access import SEE_ALL
from liveapp.audit.writing import write
from liveapp.models import Annotation, AuditEntry, Device, Metric, Retention, ShareLink, Webhook
from liveapp.models.audit import MAX_ID, MAX_TEXT
from liveapp.models.retention import INSTALLATION

User = get_user_model()
# What each is called where people are told of it. Share links are for the record alone: they are their makers' own.
NAMES: dict[type[Model], str] = {
    Annotation: "annotation",
    Device: "device",
    Group: "group",
    Metric: "metric",
    Retention: "retention",
    ShareLink: "sharelink",
    User: "person",
    Webhook: "webhook",
}
ACTIONS = {ADDITION: "add", CHANGE: "change", DELETION: "delete"}
FLAGS = {action: flag for flag, action in ACTIONS.items()}
# Whose deeds those of manage.py are; with a space, so that it is nobody's user name.
COMMAND_LINE = "command line"
# What the action says already.
PLAIN = ("Added.", "Deleted.")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Subject:
    """What something was done to. `device`: that it is of."""

    model: type[Model]
    object_id: str
    text: str
    device: Device | None = None


def subject_of(instance: Model) -> Subject:
    """Blocks."""
    return Subject(type(instance), str(instance.pk), str(instance)[:MAX_TEXT], _device_of(instance))


def subject_of_retention(device: Device | None) -> Subject:
    """`device`: None for the installation."""
    if device is None:
        return Subject(Retention, str(INSTALLATION), "the installation")
    return Subject(Retention, str(device.number), device.name, device)


def _device_of(instance: Model) -> Device | None:
    if isinstance(instance, Device):
        return instance
    if isinstance(instance, Annotation | Retention):
        return Device.objects.filter(number=instance.number).first()
    return None


def log(
    user: Any, subject: Subject, action: str, *, fields: Collection[str] = (), sentence: str = ""
) -> None:
    """Somebody has added, changed or deleted this: of a change, the `fields` or what it was, in words. Blocks shortly.

    What cannot be put on record is done nevertheless, and said in the server's log.
    """
    if action == "change" and not fields and not sentence:
        return
    try:
        entry = LogEntry(
            user_id=user.pk,
            content_type=ContentType.objects.get_for_model(subject.model),
            object_id=subject.object_id,
            object_repr=subject.text,
            action_flag=FLAGS[action],
            change_message=sentence or _as_django_says(action, fields),
        )
        _save(entry, subject)
    except Exception:
        logger.exception("Not logged: %s: %s %s.", user.get_username(), action, subject.text)


def _as_django_says(action: str, fields: Collection[str]) -> str:
    """In the form that its log is read in."""
    said = {"add": [{"added": {}}], "change": [{"changed": {"fields": [_readable(name) for name in fields]}}]}
    return json.dumps(said[action]) if action in said else ""


def _readable(name: str) -> str:
    return name.removesuffix("_ms").replace("_", " ")


def changed_fields(instance: Model, wanted: Mapping[str, Any]) -> list[str]:
    """Those of the fields that are not as they are wanted, yet."""
    return [name for name, value in wanted.items() if getattr(instance, name) != value]


def _save(entry: LogEntry, subject: Subject) -> None:
    # It is at hand here; what is deleted by now could not be found.
    entry.subject = subject  # type: ignore[attr-defined]
    entry.save()


def connect() -> None:
    post_save.connect(_saved, sender=LogEntry, dispatch_uid="audit-log-entry")


def _saved(instance: LogEntry, created: bool, raw: bool, **_: Any) -> None:
    if created and not raw:
        record_entries([instance])


def record_entries(entries: Iterable[LogEntry]) -> None:
    """Of one person. Called for those that Django saves at once, which no signal tells of."""
    found = list(entries)
    if found:
        by = found[0].user.get_username()
        told = [_entry_of(entry, by) for entry in found]
        write([entry for entry in told if entry is not None], author=str(found[0].user_id))


def _entry_of(logged: LogEntry, by: str) -> AuditEntry | None:
    subject = _subject(logged)
    if subject is None:
        return None
    sentence, is_told = logged.get_change_message(), subject.model is not ShareLink
    detail = "" if sentence in PLAIN else sentence
    return _entry(subject, ACTIONS[logged.action_flag], detail, by=by, is_notification=is_told)


def _entry(subject: Subject, action: str, detail: str, **more: Any) -> AuditEntry:
    device = subject.device
    return AuditEntry(
        action=action,
        model=NAMES[subject.model],
        object_id=_id_of(subject)[:MAX_ID],
        text=subject.text,
        detail=detail,
        device_id=device.id if device else "",
        groups=list(device.groups) if device else [],
        permission=_permission(subject.model),
        **more,
    )


def log_command(subject: Subject, action: str, sentence: str = "") -> None:
    """The same of what manage.py did, for the record alone: nobody is told. Blocks shortly."""
    write([_entry(subject, action, sentence, by=COMMAND_LINE)])


def _subject(logged: LogEntry) -> Subject | None:
    """None for what is none of ours."""
    model = logged.content_type.model_class() if logged.content_type else None
    if model not in NAMES:
        return None
    if (at_hand := getattr(logged, "subject", None)) is not None:
        return cast(Subject, at_hand)
    try:
        return subject_of(model._base_manager.get(pk=logged.object_id))
    except ObjectDoesNotExist:
        return Subject(model, str(logged.object_id), logged.object_repr)


def _id_of(subject: Subject) -> str:
    """As the API names it."""
    if subject.model is Retention:
        return subject.device.id if subject.device else ""
    return subject.object_id


def _permission(model: type[Model]) -> str:
    # A share link's name may be that of any device.
    return SEE_ALL if model is ShareLink else f"{model._meta.app_label}.view_{model._meta.model_name}"
