"""The pages that are not the API: the dashboard, a share link's, and the sign-in link."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST, require_safe

from liveapp import audit
from liveapp.accounts import sessions
from liveapp.accounts.addresses import address_of
from liveapp.accounts.attempts import Attempt
from liveapp.accounts.links import owner_of
from liveapp.errors import StorageUnavailable
from liveapp.store import storage_errors

NOT_BUILT = (
    "The dashboard has not been built yet. Run 'make run', or 'npm ci && npm run build' in frontend/.\n"
)
AWAY = "The database does not answer. Open the link again in a moment: it is still good.\n"


@require_safe
@never_cache
@ensure_csrf_cookie
def dashboard(request: HttpRequest, section: str = "") -> HttpResponse:
    """The single page, at all its addresses: it knows them, and asks for its data itself."""
    return _page()


@require_safe
@never_cache
def shared(request: HttpRequest) -> HttpResponse:
    """The same page for who has a share link. It comes without a cookie, and tells no other site where it was."""
    answer = _page()
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _page() -> HttpResponse:
    page = settings.FRONTEND_DIR / "index.html"
    if not page.is_file():
        return HttpResponse(NOT_BUILT, status=503, content_type="text/plain; charset=utf-8")
    return HttpResponse(page.read_bytes(), content_type="text/html; charset=utf-8")


@require_safe
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in once with the link that `make run` or `manage.py sign_in_link` prints."""
    try:
        with storage_errors():
            return _sign_in(request)
    except StorageUnavailable:
        return HttpResponse(AWAY, status=503, content_type="text/plain; charset=utf-8")


def _sign_in(request: HttpRequest) -> HttpResponse:
    user = owner_of(request.GET.get("token", "")[:500])
    if user is None or request.method == "HEAD":
        return HttpResponseRedirect("/?sign-in=expired" if user is None else "/")
    # Of several requests that come at once with one link, one finds the last sign-in as the link knows it.
    unused = type(user)._default_manager.filter(pk=user.pk, last_login=user.last_login)
    if not unused.update(last_login=timezone.now()):
        return HttpResponseRedirect("/?sign-in=expired")
    Attempt(user.get_username(), address_of(request)).succeed()
    sessions.sign_in(request, user)
    name = user.get_username()
    audit.record(by=name, action="sign_in", object_id=str(user.pk), text=name, detail="By a link.")
    return HttpResponseRedirect("/")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """The administration's own way out: on record, and open pages close, as by the dashboard's."""
    sessions.sign_out(request)
    return HttpResponseRedirect("/")
