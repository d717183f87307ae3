"""Passwords: proved, changed, and set anew by a link that came by mail."""

from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import check_password
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.utils.encoding import force_str
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from liveapp.accounts import mail, sessions
from liveapp.errors import Refusal

# Of one mail address; people who share one are few.
MOST_ACCOUNTS = 5
LINK_GONE = "This link was used already or is too old. Ask for a new one."
TEXT = """Hello {name},

somebody, most likely you, asked for a new password at {site}.
Open this link to choose one:

{link}

It works once, for an hour. If you did not ask for it, do nothing: your password stays as it is.
"""


class WrongPassword(Refusal):
    """Not the password of who is signed in."""

    code = "wrong_password"


class LinkGone(Refusal):
    """No such link, used up, too old, or of an account that is closed: which of them is not told."""

    code = "link_expired"


class MailNotSetUp(Refusal):
    """This server cannot send mail."""

    code = "mail_not_set_up"
    status = 409


class ChangedMeanwhile(Refusal):
    """Two changed one password at once."""

    code = "conflict"
    status = 409


def prove(user: Any, password: str) -> None:
    """Raises WrongPassword. Who has none yet proves nothing."""
    # Not the user's own method: that would renew an old hash, and with it end this person's sessions.
    if user.has_usable_password() and not check_password(password, user.password):
        raise WrongPassword("The password is not right.")


def change(user: Any, password: str) -> None:
    """Whatever sessions there are know the old one. Raises ChangedMeanwhile."""
    before = user.password
    user.set_password(password)
    unchanged = get_user_model()._default_manager.filter(pk=user.pk, password=before)
    if not unchanged.update(password=user.password):
        raise ChangedMeanwhile("The password was changed meanwhile. Sign in anew.")


def ask_for_reset(email: str) -> None:
    """Send a link to who has this address, if anybody. What is done here is the same for all. Raises MailNotSetUp."""
    if not mail.is_set_up():
        raise MailNotSetUp("This server sends no mail. Ask an administrator for a sign-in link.")
    mail.outbox.put(partial(_letters, email))


def _letters(email: str) -> list[EmailMessage]:
    found = get_user_model()._default_manager.filter(email__iexact=email, is_active=True)[:MOST_ACCOUNTS]
    # To the address as it is stored: another one may only look like it to the database.
    return [_letter(user) for user in found if user.has_usable_password() and _is_same(user.email, email)]


def _is_same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _letter(user: Any) -> EmailMessage:
    uid = urlsafe_base64_encode(str(user.pk).encode())
    link = f"{settings.PUBLIC_URL}/#reset={uid}.{default_token_generator.make_token(user)}"
    text = TEXT.format(name=user.get_username(), site=settings.PUBLIC_URL, link=link)
    return EmailMessage("A new password for Sense Live", text, to=[user.email])


def owner_of_link(uid: str, token: str) -> Any:
    """The active account that a link is of. Raises LinkGone."""
    user = _user_of(uid)
    if user is None or not user.has_usable_password() or not default_token_generator.check_token(user, token):
        raise LinkGone(LINK_GONE)
    return user


def _user_of(uid: str) -> Any:
    users = get_user_model()._default_manager.filter(is_active=True)
    try:
        return users.filter(pk=force_str(urlsafe_base64_decode(uid))).first()
    except (ValueError, OverflowError, ValidationError):
        return None


def reset(user: Any, password: str) -> None:
    """By a link that is good. All sessions end. Raises LinkGone."""
    try:
        change(user, password)
    except ChangedMeanwhile as error:
        raise LinkGone(LINK_GONE) from error
    sessions.end_all(user)
    sessions.look_again(user.pk)
