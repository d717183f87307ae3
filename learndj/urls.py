"""HTTP addresses."""

from django.contrib import admin
from django.templatetags.static import static
from django.urls import include, path
from django.views.generic import RedirectView

from learndj.astray import no_websocket
from liveapp.pages import dashboard, shared, sign_in, sign_out
from liveapp.telemetry import metrics

handler400 = "learndj.astray.bad_request"

urlpatterns = [
    path("", dashboard, name="dashboard"),
    path("settings/", dashboard),
    path("settings/<slug:section>/", dashboard),
    path("shared/", shared, name="shared-page"),
    path("sign-in/", sign_in, name="sign-in"),
    path("favicon.ico", RedirectView.as_view(url=static("favicon.svg"))),
    path("metrics", metrics, name="metrics"),
    path("ws/device/", no_websocket),
    path("ws/live/", no_websocket),
    path("api/", include("liveapp.api.urls")),
    # One door to sign in at, whose attempts are counted.
    path("admin/login/", RedirectView.as_view(url="/")),
    path("admin/logout/", sign_out),
    # And one to change the own password at, for the same reason.
    path("admin/password_change/", RedirectView.as_view(url="/settings/account/")),
    # Nothing here has a page of its own to be viewed at.
    path("admin/r/<path:rest>", RedirectView.as_view(url="/admin/")),
    path("admin/", admin.site.urls),
]
