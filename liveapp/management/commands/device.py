"""`manage.py device add|list|rotate|disable|enable|delete`."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from liveapp import audit
from liveapp.deletion import delete_device, delete_readings
from liveapp.models import Device


class Command(BaseCommand):
    help = "Add, list, rotate, disable, enable or delete devices."

    def add_arguments(self, parser: Any) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        add = actions.add_parser("add", help="add a device and print its token, once")
        add.add_argument("id", help="small letters, digits, dashes, underscores: kitchen")
        add.add_argument("--name", help="what people call it (default: the id)")
        add.add_argument(
            "--interval-ms", type=int, default=1000, help="how often it should measure (default: 1000)"
        )
        actions.add_parser("list", help="list all devices")
        for name, text in (
            ("rotate", "print a new token, once; the old one stops at once"),
            ("disable", "refuse its readings from now on"),
            ("enable", "take its readings again"),
        ):
            actions.add_parser(name, help=text).add_argument("id")
        delete = actions.add_parser("delete", help="delete it with all its readings")
        delete.add_argument("id")
        delete.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *, action: str, **options: Any) -> None:
        getattr(self, f"_{action}")(options)

    def _add(self, options: dict[str, Any]) -> None:
        device = Device(
            id=options["id"], name=options["name"] or options["id"], interval_ms=options["interval_ms"]
        )
        try:
            device.full_clean(exclude=["number", "token_hash"])
        except ValidationError as error:
            problems = [f"{name}: {' '.join(found)}" for name, found in error.message_dict.items()]
            raise CommandError(" ".join(problems)) from error
        token = device.set_new_token()
        device.save(force_insert=True)
        audit.log_command(audit.subject_of(device), "add")
        self._print_token(device, token)

    def _list(self, options: dict[str, Any]) -> None:
        devices = list(Device.objects.all())
        if not devices:
            self.stderr.write("There is no device yet. Add one: manage.py device add kitchen")
        for device in devices:
            seen = (
                f"last seen {device.last_seen_at:%Y-%m-%d %H:%M:%S} UTC"
                if device.last_seen_at
                else "never seen"
            )
            self.stdout.write(
                f"{device.id}\t{device.name}\t{'enabled' if device.enabled else 'disabled'}\t{seen}"
            )

    def _rotate(self, options: dict[str, Any]) -> None:
        device = _find(options["id"])
        token = device.rotate_token()
        audit.log_command(audit.subject_of(device), "change", "Made a new token.")
        self._print_token(device, token)

    def _disable(self, options: dict[str, Any]) -> None:
        self._set_enabled(options["id"], False)

    def _enable(self, options: dict[str, Any]) -> None:
        self._set_enabled(options["id"], True)

    def _set_enabled(self, device_id: str, enabled: bool) -> None:
        device = _find(device_id)
        device.enabled = enabled
        device.save(update_fields=["enabled"])
        audit.log_command(audit.subject_of(device), "change", "Enabled." if enabled else "Disabled.")
        self.stderr.write(f"{device.id} is {'enabled' if enabled else 'disabled'}.")

    def _delete(self, options: dict[str, Any]) -> None:
        device = _find(options["id"])
        if (
            not options["yes"]
            and _ask(f"Delete {device.id} and all its readings? Type its id: ") != device.id
        ):
            raise CommandError("Nothing was deleted.")
        subject = audit.subject_of(device)
        delete_device(device)
        audit.log_command(subject, "delete")
        # A command waits: there may be no server and no worker running that would do it.
        self.stderr.write(f"{options['id']} is deleted, with {delete_readings(device.number)} readings.")

    def _print_token(self, device: Device, token: str) -> None:
        # The token alone on standard output, so that a script can take it.
        self.stderr.write(f"The token of {device.id}, shown only now:")
        self.stdout.write(token)
        self.stderr.write(f"To sign requests instead of sending it: {device.signing_secret}")


def _ask(question: str) -> str:
    try:
        return input(question)
    except EOFError:
        return ""


def _find(device_id: str) -> Device:
    device = Device.objects.filter(id=device_id).first()
    if device is None:
        raise CommandError(f"There is no device {device_id!r}. 'manage.py device list' shows all.")
    return device
