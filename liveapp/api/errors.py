"""One shape for every error of the API: a code, a sentence, and the fields at fault."""

import math
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import DatabaseError, IntegrityError
from django.http import Http404
from pymongo.errors import PyMongoError
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from liveapp.errors import MessageTooBig, Refusal, StorageUnavailable

CODES = {
    "not_authenticated": "not_signed_in",
    "authentication_failed": "not_signed_in",
    "throttled": "rate_limited",
    "parse_error": "invalid_json",
}

NOT_SIGNED_IN = (
    "You are not signed in. Sign in by POST /api/session/, and send the cookies of its answer with each call."
)
CSRF = (
    "GET / or any page gives the cookie csrftoken: send it back, and its value as the header X-CSRFToken. "
    "Over https send a Referer with this server's address too."
)


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler. None lets an unexpected error become a 500."""
    if isinstance(error, RequestDataTooBig):
        error = MessageTooBig("The body is over 256 KiB. Send less at once.")
    if is_of_storage(error):
        error = StorageUnavailable("The database did not answer. Try again in a moment.")
    if isinstance(error, Refusal):
        return refused(error, {"code": error.code, "detail": error.detail})
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, exceptions.ValidationError):
        response.data = _invalid(response.data)
    elif isinstance(error, Http404):
        response.data = {"code": "not_found", "detail": "There is nothing at this address."}
    elif isinstance(error, PermissionDenied):
        response.data = {"code": "permission_denied", "detail": "You are not allowed to do this."}
    else:
        assert isinstance(error, exceptions.APIException)
        response.data = _answer(error, context["view"])
    return response


def is_of_storage(error: Exception) -> bool:
    """Whether the database did not answer; that it refused something is another matter."""
    return isinstance(error, DatabaseError | PyMongoError) and not isinstance(error, IntegrityError)


def refused(refusal: Refusal, data: dict[str, Any]) -> Response:
    """An answer with the refusal's status and, where waiting helps, how long."""
    if refusal.retry_ms is None:
        return Response(data, status=refusal.status)
    headers = {"Retry-After": str(math.ceil(refusal.retry_ms / 1000))}
    return Response({**data, "retry_ms": refusal.retry_ms}, status=refusal.status, headers=headers)


def _answer(error: exceptions.APIException, view: Any) -> dict[str, Any]:
    code = error.get_codes()
    code = code if isinstance(code, str) else "invalid"
    return {"code": CODES.get(code, code), "detail": _worded(error, view)}


def _worded(error: exceptions.APIException, view: Any) -> str:
    """The framework's sentence, and where it lacks one, the mend."""
    said = str(error.detail)
    match error:
        case exceptions.NotAuthenticated():
            return NOT_SIGNED_IN
        case exceptions.PermissionDenied() if said.startswith("CSRF"):
            return f"{said} {CSRF}"
        case exceptions.MethodNotAllowed():
            return f"{said} Use {', '.join(sorted({*view.allowed_methods} - {'OPTIONS'}))}."
        case exceptions.ParseError():
            return (
                f"The body is not JSON: {said.partition(' - ')[2] or said}. Send one JSON object, in UTF-8."
            )
        case exceptions.UnsupportedMediaType() if said.startswith("Unsupported"):
            return f"{said} Use Content-Type: {view.parser_classes[0].media_type}."
        case exceptions.NotAcceptable():
            return "This address answers with JSON. Send Accept: application/json, or leave it out."
    return said


def _invalid(errors: Any) -> dict[str, Any]:
    """A serializer's errors: by field where it knows one."""
    if not isinstance(errors, dict):
        return {"code": "invalid", "detail": " ".join(str(one) for one in errors)}
    fields = {name: [str(one) for one in _flat(found)] for name, found in errors.items()}
    sentences = [
        one if name == "non_field_errors" else f"{name}: {one}"
        for name, found in fields.items()
        for one in found
    ]
    return {"code": "invalid", "detail": " ".join(sentences), "fields": fields}


def _flat(found: Any) -> list[Any]:
    return list(found) if isinstance(found, list) else [found]
