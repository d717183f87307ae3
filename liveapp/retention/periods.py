"""How long everything is kept: the installation's periods, and those of single devices."""

from collections.abc import Mapping
from math import inf
from typing import NamedTuple

from liveapp.models import Device, Retention
from liveapp.models.retention import DEFAULT_DAYS, FOR_EVER, INSTALLATION

Changes = Mapping[str, int | None]


class Periods(NamedTuple):
    """In days. 0 is for ever; none, of the installation, is the default, and of a device, as the installation."""

    raw_days: int | None = None
    minute_days: int | None = None
    hour_days: int | None = None

    def over(self, base: "Periods") -> "Periods":
        """With the base's where this has none."""
        both = zip(self, base, strict=True)
        return Periods(*(other if own is None else own for own, other in both))


NONE = Periods()
DEFAULT = Periods(**DEFAULT_DAYS)
# Each is kept for as long as what is made from it, or shorter.
ORDER = (("raw_days", "minute_days"), ("minute_days", "hour_days"))
WHAT = {"raw_days": "readings", "minute_days": "minutes", "hour_days": "hours"}


class PeriodsRefused(Exception):
    """`fields` says of each field at fault what is wrong."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(" ".join(f"{field}: {sentence}" for field, sentence in fields.items()))
        self.fields = dict(fields)


class AllPeriods:
    """What is set, by the number of a device or 0 for the installation, and what follows from it."""

    def __init__(self, own: Mapping[int, Periods]) -> None:
        self._own = dict(own)

    @classmethod
    def load(cls) -> "AllPeriods":
        return cls(
            {number: Periods(*days) for number, *days in Retention.objects.values_list("number", *WHAT)}
        )

    def own(self, number: int) -> Periods:
        return self._own.get(number, NONE)

    def kept(self, number: int) -> Periods:
        """Without any none."""
        return self.own(number).over(self.own(INSTALLATION).over(DEFAULT))

    def differing(self) -> set[int]:
        """The numbers of the devices that have one of their own."""
        return {number for number, own in self._own.items() if number != INSTALLATION and own != NONE}

    def changed(self, number: int, changes: Changes) -> "AllPeriods":
        """As it would be. Raises PeriodsRefused where something would be kept for longer than what is made from it."""
        wanted = AllPeriods({**self._own, number: self.own(number)._replace(**changes)})
        wanted._check(number, changes)
        return wanted

    def _check(self, number: int, changes: Changes) -> None:
        if problems := problems_of(self.kept(number), changes):
            raise PeriodsRefused(problems)
        for heir in sorted(self.differing()) if number == INSTALLATION else ():
            if problems := problems_of(self.kept(heir), changes):
                name = Device.objects.filter(number=heir).values_list("id", flat=True).first()
                where = f'That is about "{name}", which has periods of its own.'
                raise PeriodsRefused({field: f"{text} {where}" for field, text in problems.items()})


def change(number: int, changes: Changes) -> AllPeriods:
    """Set periods of a device, or of the installation (0), from the job's next run on. Raises PeriodsRefused."""
    wanted = AllPeriods.load().changed(number, changes)
    if changes:
        Retention.objects.get_or_create(number=number)
        Retention.objects.filter(number=number).update(**changes)
    return wanted


def problems_of(kept: Periods, changes: Changes) -> dict[str, str]:
    """What is wrong with the periods, by the changed field that is to be mended."""
    found = {}
    for finer, coarser in ORDER:
        short, long = getattr(kept, finer), getattr(kept, coarser)
        if (short or inf) <= (long or inf):
            continue
        if coarser in changes:
            found[coarser] = (
                f"{in_words(long)} is shorter than {WHAT[finer]} are kept ({in_words(short)}). "
                f"Choose at least that, or less for {finer}."
            )
        elif finer in changes:
            found[finer] = (
                f"{in_words(short)} is longer than {WHAT[coarser]} are kept ({in_words(long)}). "
                f"Choose at most that, or more for {coarser}."
            )
    return found


def said(changes: Changes) -> str:
    """What was changed, as it is put on record; nothing where nothing was."""
    words = ", ".join(
        f"{name.removesuffix('_days')} {'as by default' if days is None else in_words(days)}"
        for name, days in changes.items()
    )
    return f"Now: {words}." if words else ""


def in_words(days: int | None) -> str:
    if days == FOR_EVER:
        return "for ever"
    return f"{days:,} day{'' if days == 1 else 's'}"
