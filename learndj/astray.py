"""Who came to the wrong door: under a name that is not the server's, or to a WebSocket's address without one."""

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

MAX_NAME = 100
UPGRADE_REQUIRED = "upgrade_required"
BAD_REQUEST = "The request could not be understood."
NO_WEBSOCKET = (
    "This is the address of a WebSocket: connect to it with ws:// or wss://. If you did, the proxy in front of the "
    "server does not pass on the headers Upgrade and Connection."
)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler of a 400 that no view made."""
    is_unknown = isinstance(exception, DisallowedHost)
    detail = _unknown(request.META.get("HTTP_HOST", "")) if is_unknown else BAD_REQUEST
    if request.path.startswith("/api/"):
        return JsonResponse({"code": "invalid", "detail": detail}, status=400)
    return HttpResponse(f"{detail}\n", status=400, content_type="text/plain; charset=utf-8")


# It changes nothing; who sends something here shall hear that, and not of CSRF.
@csrf_exempt
def no_websocket(request: HttpRequest) -> HttpResponse:
    answer = {"code": UPGRADE_REQUIRED, "detail": NO_WEBSOCKET}
    return JsonResponse(answer, status=426, headers={"Upgrade": "websocket"})


def _unknown(name: str) -> str:
    shown = "".join(sign for sign in name[:MAX_NAME] if sign.isprintable())
    usual = f"Use {settings.PUBLIC_URL}" if settings.PUBLIC_URL else "Use localhost or this machine's name"
    return (
        f'The server does not answer to the name "{shown}". {usual}, or name that one too in its setting ALLOWED_HOSTS '
        "and start it again."
    )
