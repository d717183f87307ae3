"""What a share link shows now: never more than who made it sees."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from liveapp import tokens
from liveapp.access import SEE_ALL, VIEW_DEVICES, Access, accesses
from liveapp.errors import Unauthorized
from liveapp.models import Device, ShareLink
from liveapp.models.device import to_ms
from liveapp.store import storage_errors

MAY_SHARE = "liveapp.add_sharelink"
# Beside it takes seeing all devices: whose links these are may be somebody who sees more.
MAY_MANAGE = "liveapp.change_sharelink"
PERMISSIONS = frozenset({VIEW_DEVICES, "liveapp.view_metric"})
SCHEME = "share"
ASK = "Ask who sent it to you for a new one."
# Compared with when there is no such link, so that a guess takes as long as a wrong secret.
NO_HASH = tokens.hash_token("")


@dataclass(frozen=True, slots=True)
class Share:
    """An open link. `numbers` of the devices it shows, by their ids; times in ms, `end_ms` is None while it is live."""

    id: str
    maker_id: str
    name: str
    start_ms: int | None
    end_ms: int | None
    expires_ms: int
    numbers: dict[str, int]
    access: Access

    def shows(self, device: Device) -> bool:
        return self.numbers.get(device.id) == device.number

    def describe(self) -> dict[str, Any]:
        return {"name": self.name, "start": self.start_ms, "end": self.end_ms, "expires": self.expires_ms}


def share_of(token: str) -> Share:
    """What a token opens. Blocks; raises Unauthorized or StorageUnavailable."""
    with storage_errors():
        link = ShareLink.claimed_by(token)
        if not tokens.matches(token, link.token_hash if link else NO_HASH) or link is None:
            raise Unauthorized(f"This link is not valid. {ASK}")
        # Only who has once had a good one is told what became of it.
        if link.state == "expired":
            raise Unauthorized(f"This link has expired. {ASK}")
        share = _opened([link]).get(str(link.pk))
        if share is None:
            raise Unauthorized(f"This link was ended by who shared it. {ASK}")
        link.note_use()
        return share


def open_shares(ids: Collection[str]) -> dict[str, Share]:
    """Those of these links that are open still, by id. Blocks.

    The number of queries does not grow with them.
    """
    with storage_errors():
        return _opened(ShareLink.objects.filter(pk__in=list(ids))) if ids else {}


def describe_links(links: Collection[ShareLink]) -> list[dict[str, Any]]:
    """With the ids of the devices that who made them sees. Blocks."""
    makers, devices = accesses({link.user_id for link in links} - {None}), _devices(links)
    return [link.describe(_numbers(link, makers.get(link.user_id), devices)) for link in links]


def describe_link(link: ShareLink) -> dict[str, Any]:
    return describe_links([link])[0]


def _opened(links: Iterable[ShareLink]) -> dict[str, Share]:
    active = [link for link in links if link.state == "active"]
    makers, devices = accesses({link.user_id for link in active} - {None}), _devices(active)
    shares = (
        _share(link, maker, _numbers(link, maker, devices))
        for link in active
        if (maker := makers.get(link.user_id)) is not None and maker.may(MAY_SHARE)
    )
    return {share.id: share for share in shares}


def _share(link: ShareLink, maker: Access, numbers: dict[str, int]) -> Share:
    expires_ms = to_ms(link.expires_at)
    assert expires_ms is not None
    access = Access(
        permissions=PERMISSIONS,
        groups=maker.groups,
        devices=frozenset(numbers),
        is_of_all_groups=maker.may(SEE_ALL),
        since_ms=link.start_ms or 0,
        until_ms=link.end_ms,
    )
    return Share(
        str(link.pk), str(link.user_id), link.name, link.start_ms, link.end_ms, expires_ms, numbers, access
    )


def _devices(links: Iterable[ShareLink]) -> dict[int, tuple[str, list[str]]]:
    """The id and the groups of each device that any of them names, by number."""
    numbers = {number for link in links for number in link.numbers}
    rows = Device.objects.filter(number__in=numbers).values_list("number", "id", "groups")
    return {number: (device_id, groups) for number, device_id, groups in rows}


def _numbers(
    link: ShareLink, maker: Access | None, devices: dict[int, tuple[str, list[str]]]
) -> dict[str, int]:
    """By id, in the order in which they were chosen."""
    found = ((number, *devices[number]) for number in link.numbers if number in devices)
    return {
        device_id: number
        for number, device_id, groups in found
        if maker is not None and maker.sees(device_id, groups)
    }
