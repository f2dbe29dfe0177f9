"""Which confidentiality agreements a person is asked to accept, and whether one of them still stands before a document.

Pure rules over version numbers. An agreement is in force in its newest published version until it is withdrawn. An
acceptance of version *a* holds while no later version was published that is *material*; what the author marks as
immaterial (a typing error) asks nobody again. Invariants:

- the first version is material;
- so is one that covers a class, or asks an audience, that the version before it did not: nobody is bound by silence;
- a decline after an acceptance takes it back: the last answer counts.
"""

from __future__ import annotations

import enum
from collections.abc import Collection
from dataclasses import dataclass

from vault.model import Classification, Duty, Office, PersonState


class Audience(enum.Enum):
    """Whom an agreement asks, each wider one including those before. Borrowers are always among them."""

    BORROWERS = "borrowers"
    STAFF = "staff"
    EVERYBODY = "everybody"

    def includes(self, office: Office, qualifications: frozenset[Duty]) -> bool:
        """Whether a person of this office and these qualifications is asked."""
        if self is Audience.EVERYBODY:
            return True
        if office is not Office.STAFF:
            return False
        return self is Audience.STAFF or Duty.BORROWER in qualifications

    @property
    def width(self) -> int:
        return list(Audience).index(self)


class Language(enum.Enum):
    """The languages that every published version is written in."""

    ENGLISH = "en"
    CHINESE = "zh-Hans"

    @classmethod
    def of_locale(cls, locale: str) -> Language:
        """The language of a person's locale, such as ``zh_Hans_CN``."""
        return cls.CHINESE if locale.startswith("zh") else cls.ENGLISH


class Answer(enum.Enum):
    """What a person said to a version."""

    ACCEPTED = "accepted"
    DECLINED = "declined"


class Position(enum.Enum):
    """Where a person stands towards an agreement that is in force."""

    ACCEPTED = "accepted"
    UNANSWERED = "unanswered"
    """Has answered no version."""
    OUTDATED = "outdated"
    """Answered a version that a material one has followed."""
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Terms:
    """An agreement in force: the ``version`` that is shown, and ``asked_from``, its last material version."""

    version: int
    asked_from: int
    audience: Audience
    classes: frozenset[Classification]


@dataclass(frozen=True, slots=True)
class LastAnswer:
    """A person's last answer to an agreement, and to which version."""

    version: int
    answer: Answer


def position_of(terms: Terms, last: LastAnswer | None) -> Position:
    """Where a person with this last answer stands."""
    if last is None:
        return Position.UNANSWERED
    if last.version < terms.asked_from:
        return Position.OUTDATED
    return Position.ACCEPTED if last.answer is Answer.ACCEPTED else Position.DECLINED


def is_accepted(terms: Collection[tuple[Terms, LastAnswer | None]], classification: Classification) -> bool:
    """Whether every agreement in force that covers the class is accepted. None covers it: nothing is asked."""
    return all(position_of(each, last) is Position.ACCEPTED for each, last in terms if classification in each.classes)


def must_be_material(
    *,
    audience: Audience,
    classes: frozenset[Classification],
    before: tuple[Audience, frozenset[Classification]] | None,
) -> bool:
    """Whether a new version asks everybody again whatever its author marked; ``before`` is what it follows."""
    if before is None:
        return True
    earlier_audience, earlier_classes = before
    return not classes <= earlier_classes or audience.width > earlier_audience.width


def is_asked(terms: Terms, *, office: Office, qualifications: frozenset[Duty], state: PersonState) -> bool:
    """Whether the person is among those of whom an answer is wanted; who is suspended is not."""
    return state is PersonState.ACTIVE and terms.audience.includes(office, qualifications)
