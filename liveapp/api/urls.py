"""The API's addresses."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import SimpleRouter

from liveapp.api.account import AccountView, PasswordView
from liveapp.api.account_sessions import AccountSessionsView, AccountSessionView
from liveapp.api.annotations import AnnotationViewSet
from liveapp.api.devices import DeviceViewSet
from liveapp.api.docs import DocsView
from liveapp.api.exports import ExportView
from liveapp.api.groups import GroupViewSet
from liveapp.api.histories import HistoryView, PageHistoryView, StatisticsView
from liveapp.api.imports import ImportView
from liveapp.api.metrics import MetricViewSet
from liveapp.api.notifications import AuditView, NotificationsView, ReadView
from liveapp.api.nowhere import nowhere
from liveapp.api.password_reset import ConfirmPasswordResetView, PasswordResetView
from liveapp.api.people import PersonViewSet
from liveapp.api.readings import IngestView, LatestView
from liveapp.api.retention import DeviceRetentionView, RetentionView
from liveapp.api.session import SessionView, WsTokenView
from liveapp.api.shared import SharedDevicesView, SharedHistoryView
from liveapp.api.shares import ShareViewSet
from liveapp.api.two_factor import ConfirmTwoFactorView, TwoFactorView
from liveapp.api.webhooks import WebhookViewSet

router = SimpleRouter()
router.register("annotations", AnnotationViewSet, basename="annotation")
router.register("devices", DeviceViewSet, basename="device")
router.register("groups", GroupViewSet, basename="group")
router.register("metrics", MetricViewSet, basename="metric")
router.register("people", PersonViewSet, basename="person")
router.register("shares", ShareViewSet, basename="share")
router.register("webhooks", WebhookViewSet, basename="webhook")

urlpatterns = [
    path("devices/<str:pk>/export/", ExportView.as_view(), name="device-export"),
    path("devices/<str:pk>/import/", ImportView.as_view(), name="device-import"),
    path("devices/<str:pk>/history/", HistoryView.as_view(), name="device-history"),
    path("devices/<str:pk>/statistics/", StatisticsView.as_view(), name="device-statistics"),
    path("devices/<str:id>/retention/", DeviceRetentionView.as_view(), name="device-retention"),
    path("history/", PageHistoryView.as_view(), name="history"),
    path("", include(router.urls)),
    path("audit/", AuditView.as_view(), name="audit"),
    path("notifications/", NotificationsView.as_view(), name="notifications"),
    path("notifications/read/", ReadView.as_view(), name="notifications-read"),
    path("retention/", RetentionView.as_view(), name="retention"),
    path("session/", SessionView.as_view(), name="session"),
    path("account/", AccountView.as_view(), name="account"),
    path("account/password/", PasswordView.as_view(), name="password"),
    path("account/sessions/", AccountSessionsView.as_view(), name="account-sessions"),
    path("account/sessions/<uuid:id>/", AccountSessionView.as_view(), name="account-session"),
    path("account/two-factor/", TwoFactorView.as_view(), name="two-factor"),
    path("account/two-factor/confirm/", ConfirmTwoFactorView.as_view(), name="two-factor-confirm"),
    path("password-reset/", PasswordResetView.as_view(), name="password-reset"),
    path("password-reset/confirm/", ConfirmPasswordResetView.as_view(), name="password-reset-confirm"),
    path("shared/", SharedDevicesView.as_view(), name="shared"),
    path("shared/history/", SharedHistoryView.as_view(), name="shared-history"),
    path("ws-token/", WsTokenView.as_view(), name="ws-token"),
    path("ingest/", IngestView.as_view(), name="ingest"),
    path("latest/", LatestView.as_view(), name="latest"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", DocsView.as_view(url_name="schema"), name="docs"),
    path("", nowhere),
    path("<path:rest>", nowhere),
]
