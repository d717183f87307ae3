"""The second factor: codes of an authenticator app, and recovery codes for who has lost it."""

import base64
import secrets
import time
from dataclasses import dataclass
from typing import Any

import pyotp
import segno
from django.conf import settings
from django.utils.crypto import constant_time_compare

from learndj.env import host_of
from liveapp.errors import Refusal
from liveapp.models import RecoveryCode, TwoFactor
from liveapp.signatures import derive_key

STEP_S = 30
# Clocks of people's phones differ from the server's by up to a step.
AROUND = (-1, 0, 1)
# SHA-1's own length, which is what such apps use.
SECRET_BYTES = 20
SALT_BYTES = 32
RECOVERY_CODES = 10
# Without letters that look like others.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
PART = 5


class CodeRequired(Refusal):
    """The password is right, and the account has a second factor."""

    code = "code_required"
    status = 401


class WrongCode(Refusal):
    """Not a code of now, used up, or no recovery code."""

    code = "wrong_code"


class AlreadyOn(Refusal):
    """There is a second factor: only a code of it takes it away."""

    code = "two_factor_on"
    status = 409


class NotBegun(Refusal):
    """There is nothing that a code could confirm."""

    code = "two_factor_not_begun"
    status = 409


@dataclass(frozen=True, slots=True)
class Setup:
    """What an authenticator app is to be told, as text, as an address and as a picture of that."""

    secret: str
    uri: str
    qr: str


def is_on(user: Any) -> bool:
    return TwoFactor.objects.filter(user_id=user.pk, is_confirmed=True).exists()


def codes_left(user: Any) -> int:
    return RecoveryCode.objects.filter(user_id=user.pk, is_used=False).count()


def begin(user: Any) -> Setup:
    """A new secret, which counts once a code of it was given. Raises AlreadyOn."""
    salt = secrets.token_hex(SALT_BYTES)
    row, is_new = TwoFactor.objects.get_or_create(user_id=user.pk, defaults={"salt": salt})
    if not is_new and not TwoFactor.objects.filter(pk=row.pk, is_confirmed=False).update(salt=salt):
        raise AlreadyOn("Two-factor sign-in is on already. Switch it off first to set it up anew.")
    secret = _secret_of(salt)
    uri = pyotp.TOTP(secret).provisioning_uri(name=user.get_username(), issuer_name=_issuer())
    return Setup(secret, uri, segno.make_qr(uri, error="m").svg_data_uri(scale=4, light="white"))


def confirm(user: Any, code: str) -> list[str]:
    """Switch it on with a first code; the recovery codes, shown only now. Raises WrongCode, NotBegun or AlreadyOn."""
    row = TwoFactor.objects.filter(user_id=user.pk).first()
    if row is None:
        raise NotBegun("Set up two-factor sign-in first.")
    if row.is_confirmed:
        raise AlreadyOn("Two-factor sign-in is on already.")
    step = _step_of(row.salt, _plain(code))
    if step is None:
        raise WrongCode("This is not the code of now. Look at the clock of your phone if it happens again.")
    begun = TwoFactor.objects.filter(pk=row.pk, salt=row.salt, is_confirmed=False)
    if not begun.update(is_confirmed=True, last_step=step):
        raise NotBegun("It was set up anew meanwhile. Use the newer secret.")
    return _new_recovery_codes(row)


def check(user: Any, code: str) -> None:
    """Take a code of now or a recovery code, which is used up with that. Raises WrongCode."""
    row = TwoFactor.objects.filter(user_id=user.pk, is_confirmed=True).first()
    plain = _plain(code)
    if row is None or not (_take_step(row, plain) or _take_recovery_code(row, plain)):
        raise WrongCode("The code is not right, or was used already. Wait for the next one.")


def switch_off(user: Any) -> bool:
    """Without asking for a code; False when there was nothing to switch off."""
    RecoveryCode.objects.filter(user_id=user.pk).delete()
    return TwoFactor.objects.filter(user_id=user.pk).delete()[0] > 0


def _plain(code: str) -> str:
    """As people type it: with spaces or dashes, small or large."""
    return "".join(code.replace("-", " ").split()).lower()


def _secret_of(salt: str) -> str:
    """Follows from the server's own secret: who has a copy of the database has none of these."""
    return base64.b32encode(derive_key("two_factor", salt)[:SECRET_BYTES]).decode()


def _step_of(salt: str, code: str) -> int | None:
    """The step of which this is the code. All are compared, whichever fits."""
    totp, now = pyotp.TOTP(_secret_of(salt), interval=STEP_S), int(time.time()) // STEP_S
    found = [now + by for by in AROUND if constant_time_compare(totp.generate_otp(now + by), code)]
    return found[0] if found else None


def _take_step(row: TwoFactor, code: str) -> bool:
    step = _step_of(row.salt, code)
    # Of two who send one code at once, one finds it unused.
    unused = TwoFactor.objects.filter(pk=row.pk, is_confirmed=True, last_step__lt=step or 0)
    return step is not None and unused.update(last_step=step) == 1


def _take_recovery_code(row: TwoFactor, code: str) -> bool:
    good = RecoveryCode.objects.filter(user_id=row.user_id, code_hash=_hash(row, code), is_used=False)
    return good.update(is_used=True) == 1


def _new_recovery_codes(row: TwoFactor) -> list[str]:
    RecoveryCode.objects.filter(user_id=row.user_id).delete()
    codes = [f"{_letters()}-{_letters()}" for _ in range(RECOVERY_CODES)]
    hashes = [_hash(row, _plain(code)) for code in codes]
    RecoveryCode.objects.bulk_create(RecoveryCode(user_id=row.user_id, code_hash=one) for one in hashes)
    return codes


def _letters() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(PART))


def _hash(row: TwoFactor, code: str) -> str:
    """With the server's own secret, because a code that people can type could be guessed from a plain hash."""
    return derive_key("recovery_code", row.salt, code).hex()


def _issuer() -> str:
    """What tells this installation from others in the app."""
    host = host_of(settings.PUBLIC_URL).strip("[]").replace(":", ".") if settings.PUBLIC_URL else ""
    return f"Sense Live {host}".strip()
