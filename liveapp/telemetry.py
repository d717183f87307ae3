"""`/metrics`: what this process has counted, for Prometheus. Each process tells of itself alone."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import (
    CollectorRegistry,
    GCCollector,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from liveapp import process, tokens
from liveapp.errors import StorageUnavailable
from liveapp.process import Process
from liveapp.store import storage_errors

REFUSED = {
    "code": "unauthorized",
    "detail": "Send the METRICS_TOKEN of this server as 'Authorization: Bearer <token>', "
    "or sign in as a member of the staff.",
}
AWAY = "The database does not answer, so nobody is signed in. With the METRICS_TOKEN it goes without."


class ProcessMetrics(Collector):
    """Reads the counts of the running process when it is asked, so that counting costs next to nothing."""

    def collect(self) -> Iterable[Metric]:
        yield InfoMetricFamily(
            "sense_live",
            "The version of this server.",
            {"version": str(settings.SPECTACULAR_SETTINGS["VERSION"])},
        )
        current = process.current()
        yield from _ingest(current)
        yield from _storage(current)
        yield from _live(current)


def _ingest(current: Process) -> Iterable[Metric]:
    counts = current.counts
    yield _counter("readings_received", "Readings that came in.", counts.received)
    yield _counter("readings_stored", "Readings stored and acknowledged.", counts.stored)
    yield _counter("readings_duplicate", "Readings that were there already.", counts.duplicates)
    yield _counters("readings_rejected", "Readings or metrics not stored.", "code", counts.rejected)
    yield _counters(
        "messages_refused", "Messages answered with an error, connections not let in.", "code", counts.refused
    )


def _storage(current: Process) -> Iterable[Metric]:
    counts = current.counts
    yield _counters("commits", "Commits of readings.", "result", counts.commits, ("done", "failed"))
    yield _gauge("commit_queue_rows", "Readings that wait for the next commit.", counts.rows_waiting)
    yield _gauge(
        "commit_queue_batches", "Batches that wait for the next commit.", current.writer.batches_waiting()
    )
    yield from counts.commit_seconds.collect()
    yield from counts.commit_rows.collect()


def _live(current: Process) -> Iterable[Metric]:
    counts, hub = current.counts, current.hub
    sockets = Counter(socket.kind for socket in current.sockets)
    yield _gauges("sockets", "Open WebSockets.", "kind", sockets, ("device", "dashboard"))
    yield _gauge("devices_online", "Devices that any process has heard of lately.", hub.presence.count())
    yield _counter("frames", "Frames for dashboards.", hub.ring.next_number - 1)
    yield _counter("frames_sent", "Frames sent, one for each dashboard.", counts.frames_sent)
    yield _counters("gaps", "Gaps that dashboards were told of.", "reason", counts.gaps, ("bus", "slow"))
    yield _counters(
        "bus_messages_sent", "Messages to the channel layer.", "result", counts.sent, ("done", "failed")
    )
    yield _counter("bus_messages_heard", "Messages from the channel layer.", counts.heard)
    yield _gauge("bus_up", "1 while this process hears itself over the channel layer.", _is_up(current))
    yield from counts.loop_lag_seconds.collect()


def _is_up(current: Process) -> int:
    return int(current.hub.reception.interrupted_since_ms is None)


def _counter(name: str, text: str, value: float) -> Metric:
    return CounterMetricFamily(f"sense_live_{name}", text, value=value)


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"sense_live_{name}", text, value=value)


def _counters(
    name: str, text: str, label: str, values: Mapping[str, int], always: Iterable[str] = ()
) -> Metric:
    family = CounterMetricFamily(f"sense_live_{name}", text, labels=[label])
    # Those that can be named beforehand stand at 0 from the start: an alert on their rise misses none.
    for key, value in (dict.fromkeys(always, 0) | dict(values)).items():
        family.add_metric([key], value)
    return family


def _gauges(name: str, text: str, label: str, values: Mapping[str, int], always: Iterable[str]) -> Metric:
    family = GaugeMetricFamily(f"sense_live_{name}", text, labels=[label])
    for key, value in (dict.fromkeys(always, 0) | dict(values)).items():
        family.add_metric([key], value)
    return family


def _new_registry() -> CollectorRegistry:
    registry = CollectorRegistry(auto_describe=False)
    for collector in (ProcessCollector, PlatformCollector, GCCollector):
        collector(registry=registry)
    registry.register(ProcessMetrics())
    return registry


registry = _new_registry()


def exposition() -> bytes:
    """All of it, in Prometheus' own words. Call it on the event loop: what is read here changes there."""
    return generate_latest(registry)


def is_scraper(authorization: str) -> bool:
    """Whether a request's header carries the METRICS_TOKEN. Where none is set nobody's does."""
    token, known = tokens.bearer_of(authorization), settings.METRICS_TOKEN
    return bool(known) and constant_time_compare(token, known)


@require_safe
@never_cache
async def metrics(request: HttpRequest) -> HttpResponse:
    """For a member of the staff, in the browser. Those with a token were answered before: learndj/metrics.py."""
    try:
        with storage_errors():
            user: Any = await request.auser()
    except StorageUnavailable as refusal:
        return JsonResponse({"code": refusal.code, "detail": AWAY}, status=refusal.status)
    if not (user.is_active and user.is_staff):
        return JsonResponse(REFUSED, status=401)
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST)
