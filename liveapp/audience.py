"""Who sees which devices, as this process knows it: no frame takes a look into the database. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from liveapp.access import Access
from liveapp.metrics import DECLARED


class Sight(NamedTuple):
    """The devices a subscription gets: `wanted` (None: all) but for `hidden`; of readings those of a span, in ms.

    Those with the same get the same text.
    """

    wanted: frozenset[str] | None = None
    hidden: frozenset[str] = frozenset()
    since_ms: int = 0
    until_ms: int | None = None

    def shows(self, device_id: str) -> bool:
        return device_id not in self.hidden and (self.wanted is None or device_id in self.wanted)


class View(NamedTuple):
    """What a dashboard is sent. `person` is the account's key, empty for who came by a link."""

    sight: Sight
    access: Access
    person: str = ""


class Known(NamedTuple):
    """The groups a device is limited to (None: not known yet) and what it measures."""

    groups: frozenset[str] | None
    metrics: frozenset[str] = frozenset()


EVERYTHING = Sight()


class Audience:
    """The devices and their groups. `version` grows with each change of what somebody may see."""

    def __init__(self) -> None:
        self.version = 0
        self._hearing: list[set[str]] = []
        self._devices: dict[str, Known] = {}
        # Limited ones that are gone: what the ring still holds of them is for those who saw them.
        self._gone: dict[str, Known] = {}
        self._hidden: dict[Access, frozenset[str]] = {}

    @contextmanager
    def hearing(self) -> Iterator[set[str]]:
        """The devices that are told of as long as this lasts: what was read meanwhile may be older."""
        told: set[str] = set()
        self._hearing.append(told)
        try:
            yield told
        finally:
            self._hearing = [one for one in self._hearing if one is not told]

    def _told(self, device_id: str) -> None:
        for told in self._hearing:
            told.add(device_id)

    def load(self, read: Mapping[str, Known], told: Collection[str] = ()) -> bool:
        """What the database says of all devices but those `told` of meanwhile. Returns as `put`."""
        devices = {name: known for name, known in read.items() if name not in told}
        devices |= {name: self._devices[name] for name in told if name in self._devices}
        for device_id in self._devices.keys() - devices.keys():
            self._bury(device_id)
        is_back = [self._dig_out(device_id) for device_id in devices]
        if self._limits() != {name: known.groups for name, known in devices.items()}:
            self._forget_views()
        self._devices = devices
        return any(is_back)

    def put(self, device_id: str, *, groups: Iterable[str], metrics: Iterable[str]) -> bool:
        """True when it takes the name of one that was limited: what is told of that must not be told any more."""
        self._told(device_id)
        known = Known(frozenset(groups), frozenset(metrics))
        is_back = self._dig_out(device_id)
        if is_back or self._devices.get(device_id, Known(None)).groups != known.groups:
            self._forget_views()
        self._devices[device_id] = known
        return is_back

    def meet(self, device_id: str) -> bool:
        """Whether it is known. One that is not is shown to nobody but who sees all, until it is."""
        if device_id not in self._devices:
            self._devices[device_id] = Known(None)
            self._forget_views()
        return self._devices[device_id].groups is not None

    def forget(self, device_id: str) -> None:
        self._told(device_id)
        self._bury(device_id)

    def _bury(self, device_id: str) -> None:
        known = self._devices.pop(device_id, None)
        if known is not None and known.groups != frozenset():
            self._gone[device_id] = known
        self._forget_views()

    def _dig_out(self, device_id: str) -> bool:
        return self._gone.pop(device_id, None) is not None

    def groups_of(self, device_id: str) -> frozenset[str] | None:
        """None: there is no such device, or nobody knows yet."""
        return self._devices.get(device_id, Known(None)).groups

    def measuring(self, metric: str) -> list[str] | None:
        """The devices that have a metric; None for one that is part of the product and no secret."""
        if metric in DECLARED:
            return None
        return [device_id for device_id, known in self._devices.items() if metric in known.metrics]

    def view(self, wanted: frozenset[str] | None, access: Access, person: str = "") -> View:
        """Good until `version` changes."""
        if access.devices is not None:
            wanted = access.devices if wanted is None else wanted & access.devices
        sight = Sight(wanted, self._hidden_from(access), access.since_ms, access.until_ms)
        return View(sight, access, person)

    def _hidden_from(self, access: Access) -> frozenset[str]:
        if access not in self._hidden:
            self._hidden[access] = frozenset(
                device_id
                for device_id, known in (self._gone | self._devices).items()
                if not _sees(access, device_id, known)
            )
        return self._hidden[access]

    def _limits(self) -> dict[str, frozenset[str] | None]:
        return {device_id: known.groups for device_id, known in self._devices.items()}

    def _forget_views(self) -> None:
        self.version += 1
        self._hidden = {}


def _sees(access: Access, device_id: str, known: Known) -> bool:
    return access.sees_all if known.groups is None else access.sees(device_id, known.groups)


def metrics_seen(devices: Iterable[Any]) -> frozenset[str]:
    """The names that who sees these devices may know: theirs, and those that are part of the product."""
    return frozenset(DECLARED).union(*(device.metrics for device in devices))
