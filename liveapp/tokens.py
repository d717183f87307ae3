"""Tokens of devices and links: made once, kept only as a hash, compared in constant time."""

import hashlib
import hmac
import secrets

SECRET_BYTES = 32
MAX_TOKEN_LENGTH = 200


def new_token(owner_id: str) -> str:
    """`<id of its device or link>.<256 random bits>`: the id finds the row, the secret proves it."""
    return f"{owner_id}.{secrets.token_urlsafe(SECRET_BYTES)}"


def hash_token(token: str) -> str:
    """SHA-256 in hex. A secret of 256 random bits needs no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def claimed_id_of(token: str) -> str:
    """Whose a token claims to be; empty when it has not the form of one."""
    return token.partition(".")[0] if len(token) <= MAX_TOKEN_LENGTH else ""


def matches(token: str, token_hash: str) -> bool:
    return hmac.compare_digest(hash_token(token), token_hash)


def bearer_of(header: str) -> str:
    return of_scheme("bearer", header)


def of_scheme(wanted: str, header: str) -> str:
    """The token of an `Authorization` header; empty when it is of another scheme."""
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == wanted else ""
