"""What can go wrong, said so that a reader can mend it: place, fault, what is allowed, nearest name."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


class LCAError(Exception):
    """A mistake in the data, the study or the command; never a bug of ours."""


class DataError(LCAError):
    """The content of a file does not hold together."""


class UnitError(LCAError):
    """A unit is unknown or of the wrong dimension."""


class UnknownName(LCAError):  # noqa: N818
    """A name that nothing declares."""


class BackgroundError(LCAError):
    """The background cannot be built or solved."""


@dataclass(frozen=True)
class Message:
    """What a reader of the results must know, in both languages; `about` names what it concerns."""

    en: str
    fr: str
    about: tuple[str, ...] = ()


class Faults:
    """Collects the faults of a reading, so that all of them come in one error."""

    def __init__(self) -> None:
        self._items: list[tuple[type[LCAError], str]] = []

    def add(self, place: str, text: str, error: type[LCAError] = DataError) -> None:
        item = (error, f"{place}: {text}" if place else text)
        if item not in self._items:
            self._items.append(item)

    def at(self, place: str = "", what: str = "") -> "_Keeping":
        """Within, an error is kept (`what` and its text, at a place), and the reading goes on behind."""
        return _Keeping(self, place, what)

    def check(self) -> None:
        """Raise what was collected; the class is the one they share, else DataError."""
        if self._items:
            classes = {error for error, _ in self._items}
            raise (classes.pop() if len(classes) == 1 else DataError)("\n".join(text for _, text in self._items))


@dataclass(frozen=True)
class _Keeping:
    faults: Faults
    place: str
    what: str

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if isinstance(error, LCAError):
            self.faults.add(self.place, f"{self.what}{error}", type(error))
        return isinstance(error, LCAError)


def nearest(name: str, allowed: Iterable[str], what: str = "") -> str:
    """A sentence that helps after an unknown name: the nearest one, or all if they are few."""
    names = sorted(set(allowed))
    longer = [each for each in names if each.startswith(f"{name}_")]
    if longer:  # a choice is missing at the end
        return f"Did you mean '{longer[0]}'?"
    folded = {each.lower(): each for each in names}
    close = get_close_matches(name.lower(), folded, n=1, cutoff=0.6)
    if close:
        return f"Did you mean '{folded[close[0]]}'?"
    if not names:
        return f"There is no {what or 'name'} to choose from."
    shown = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
    return f"Allowed: {shown}."
