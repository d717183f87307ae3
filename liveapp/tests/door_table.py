"""Who may go through which door. A door that has no row here makes the tests fail.

A row says who is let in: `everyone` (strangers too), `people` (who is signed in), or roles by their first letters:
V(iewer), O(perator), A(dministrator). `of`: what its address or body names, which may be hidden.
"""

from dataclasses import dataclass
from typing import Any

EVERYONE, PEOPLE, VOA, OA, A = "everyone", "people", "VOA", "OA", "A"
# Who has a share link, and shows it: nobody is let in by a session.
HOLDERS = "holders"
NOBODYS = "11111111-2222-4333-8444-555555555555"
NEW = {"name": "New board"}
NOTE = {"device": "{device}", "start": 5, "text": "A note"}
SPAN = "start=0&end=4000000000000"


@dataclass(frozen=True)
class Row:
    """`path` and `body` with {device}, {note} and so on, where something stands that may be hidden."""

    who: str
    path: str
    body: Any = None
    # Its answer when all is well.
    status: int = 200
    # Asked for under another kind than JSON.
    content_type: str = "application/json"
    # Its answer to who is signed in and not let in.
    shut: int = 403

    @property
    def names_a_device(self) -> bool:
        """Or something that is of one."""
        return any(f"{{{kind}}}" in f"{self.path} {self.body}" for kind in ("device", "note", "share"))


DEVICE = "/api/devices/{device}/"
API: dict[str, Row] = {
    "GET api/annotations/": Row(VOA, "/api/annotations/"),
    "POST api/annotations/": Row(OA, "/api/annotations/", NOTE, 201),
    "GET api/annotations/<pk>/": Row(VOA, "/api/annotations/{note}/"),
    # Who may write notes may change their own: of another's this is refused when it is found.
    "PATCH api/annotations/<pk>/": Row(A, "/api/annotations/{note}/", {"text": "Changed"}),
    "DELETE api/annotations/<pk>/": Row(A, "/api/annotations/{note}/", None, 204),
    "GET api/devices/": Row(VOA, "/api/devices/"),
    "POST api/devices/": Row(A, "/api/devices/", NEW, 201),
    "GET api/devices/<pk>/": Row(VOA, DEVICE),
    "PATCH api/devices/<pk>/": Row(OA, DEVICE, {"name": "Renamed"}),
    "DELETE api/devices/<pk>/": Row(A, DEVICE, None, 204),
    "POST api/devices/<pk>/rotate/": Row(OA, f"{DEVICE}rotate/"),
    # There is no board that could answer.
    "POST api/devices/<pk>/command/": Row(OA, f"{DEVICE}command/", {"command": "identify"}, 409),
    "GET api/devices/<pk>/export/": Row(VOA, f"{DEVICE}export/"),
    "POST api/devices/<pk>/import/": Row(OA, f"{DEVICE}import/", "time,temperature\n", 200, "text/csv"),
    "GET api/devices/<pk>/history/": Row(VOA, f"{DEVICE}history/?{SPAN}"),
    "GET api/devices/<pk>/statistics/": Row(VOA, f"{DEVICE}statistics/?{SPAN}"),
    "GET api/devices/<id>/retention/": Row(VOA, f"{DEVICE}retention/"),
    "PATCH api/devices/<id>/retention/": Row(A, f"{DEVICE}retention/", {"raw_days": 7}),
    "GET api/history/": Row(VOA, f"/api/history/?devices={{device}}&{SPAN}"),
    "GET api/latest/": Row(VOA, "/api/latest/"),
    "GET api/metrics/": Row(VOA, "/api/metrics/"),
    "PATCH api/metrics/<name>/": Row(OA, "/api/metrics/temperature/", {"unit": "K"}),
    "GET api/retention/": Row(VOA, "/api/retention/"),
    "PATCH api/retention/": Row(A, "/api/retention/", {"raw_days": 8}),
    "GET api/account/": Row(PEOPLE, "/api/account/"),
    "PATCH api/account/": Row(PEOPLE, "/api/account/", {"email": "someone@example.org"}),
    "POST api/account/password/": Row(
        PEOPLE, "/api/account/password/", {"password": "the kettle sings"}, 204
    ),
    "GET api/account/sessions/": Row(PEOPLE, "/api/account/sessions/"),
    "DELETE api/account/sessions/": Row(PEOPLE, "/api/account/sessions/", None, 204),
    "DELETE api/account/sessions/<id>/": Row(PEOPLE, f"/api/account/sessions/{NOBODYS}/", None, 404),
    "POST api/account/two-factor/": Row(PEOPLE, "/api/account/two-factor/", {}),
    "POST api/account/two-factor/confirm/": Row(
        PEOPLE, "/api/account/two-factor/confirm/", {"code": "123456"}, 409
    ),
    "DELETE api/account/two-factor/": Row(PEOPLE, "/api/account/two-factor/", {"code": "123456"}, 400),
    "POST api/password-reset/": Row(EVERYONE, "/api/password-reset/", {"email": "a@example.org"}, 409),
    "POST api/password-reset/confirm/": Row(
        EVERYONE, "/api/password-reset/confirm/", {"uid": "x", "token": "x", "password": "x"}, 400
    ),
    "GET api/session/": Row(EVERYONE, "/api/session/"),
    "POST api/session/": Row(EVERYONE, "/api/session/", {"username": "x", "password": "x"}, 400),
    "DELETE api/session/": Row(EVERYONE, "/api/session/", None, 204),
    "GET api/shares/": Row(OA, "/api/shares/"),
    "POST api/shares/": Row(OA, "/api/shares/", {"devices": ["{device}"], "expires": "{soon}"}, 201),
    # Of another's nobody is told, but who looks after all of them.
    "DELETE api/shares/<pk>/": Row(A, "/api/shares/{share}/", None, 204, shut=404),
    "GET api/shared/": Row(HOLDERS, "/api/shared/", shut=401),
    "GET api/shared/history/": Row(HOLDERS, f"/api/shared/history/?devices={{device}}&{SPAN}", shut=401),
    "POST api/ws-token/": Row(PEOPLE, "/api/ws-token/"),
    "GET api/audit/": Row(A, "/api/audit/"),
    "GET api/notifications/": Row(PEOPLE, "/api/notifications/"),
    "POST api/notifications/read/": Row(PEOPLE, "/api/notifications/read/", {"until": 5}),
    "GET api/people/": Row(A, "/api/people/"),
    "POST api/people/": Row(A, "/api/people/", {}, 400),
    "PATCH api/people/<pk>/": Row(A, "/api/people/none/", {}, 404),
    "DELETE api/people/<pk>/": Row(A, "/api/people/none/", None, 404),
    "POST api/people/<pk>/link/": Row(A, "/api/people/none/link/", None, 404),
    "DELETE api/people/<pk>/two-factor/": Row(A, "/api/people/none/two-factor/", None, 404),
    "GET api/groups/": Row(A, "/api/groups/"),
    "POST api/groups/": Row(A, "/api/groups/", {}, 400),
    "PATCH api/groups/<pk>/": Row(A, "/api/groups/none/", {}, 404),
    "DELETE api/groups/<pk>/": Row(A, "/api/groups/none/", None, 404),
    "GET api/webhooks/": Row(A, "/api/webhooks/"),
    "POST api/webhooks/": Row(A, "/api/webhooks/", {}, 400),
    "GET api/webhooks/<pk>/": Row(A, f"/api/webhooks/{NOBODYS}/", None, 404),
    "PATCH api/webhooks/<pk>/": Row(A, f"/api/webhooks/{NOBODYS}/", {}, 404),
    "DELETE api/webhooks/<pk>/": Row(A, f"/api/webhooks/{NOBODYS}/", None, 404),
    "POST api/webhooks/<pk>/rotate/": Row(A, f"/api/webhooks/{NOBODYS}/rotate/", None, 404),
    "POST api/webhooks/<pk>/test/": Row(A, f"/api/webhooks/{NOBODYS}/test/", None, 404),
    "GET api/webhooks/<pk>/deliveries/": Row(A, f"/api/webhooks/{NOBODYS}/deliveries/", None, 404),
    "POST api/webhooks/<pk>/deliveries/<delivery>/again/": Row(
        A, f"/api/webhooks/{NOBODYS}/deliveries/{NOBODYS}/again/", None, 404
    ),
    # Takes devices' tokens and signatures, and no person.
    "POST api/ingest/": Row(EVERYONE, "/api/ingest/", {"temperature": 21.5}, 401),
    "GET api/schema/": Row(PEOPLE, "/api/schema/"),
    "GET api/docs/": Row(PEOPLE, "/api/docs/"),
    "GET api/": Row(EVERYONE, "/api/", None, 404),
    "GET api/<rest>": Row(EVERYONE, "/api/nothing/here/", None, 404),
}
PAGES: dict[str, Row] = {
    "GET ": Row(EVERYONE, "/"),
    "GET settings/": Row(EVERYONE, "/settings/"),
    "GET settings/<section>/": Row(EVERYONE, "/settings/people/"),
    "GET shared/": Row(EVERYONE, "/shared/"),
    "GET sign-in/": Row(EVERYONE, "/sign-in/?token=x", None, 302),
    "GET favicon.ico": Row(EVERYONE, "/favicon.ico", None, 302),
    "GET metrics": Row(A, "/metrics"),
    "GET ws/device/": Row(EVERYONE, "/ws/device/", None, 426),
    "GET ws/live/": Row(EVERYONE, "/ws/live/", None, 426),
    "GET admin/r/<rest>": Row(EVERYONE, "/admin/r/1/1/", None, 302),
    "GET admin/login/": Row(EVERYONE, "/admin/login/", None, 302),
    "GET admin/password_change/": Row(EVERYONE, "/admin/password_change/", None, 302),
}
