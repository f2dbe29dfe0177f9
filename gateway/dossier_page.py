"""The page of a dossier, as every view draws it that answers with it: with what was sent and why it was not taken."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import ClassVar

from babel.lists import format_list
from flask import render_template
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _
from wtforms import SelectField

from gateway.days import today
from gateway.errors import sentence_of
from gateway.labels import label
from gateway.localisation import current_timezone
from gateway.periods import PeriodForm
from gateway.security.bodies import MOST_FILES
from gateway.sessions import current_actor, current_vault
from vault.errors import CallerError, InputError
from vault.filing import cards
from vault.filing.cards import AssignmentRow, DossierCard
from vault.intake.names import safe_name
from vault.model import Duty

_EXPLAINED_BY_WHAT_IS_HELD = frozenset({"duties.conflict", "assignment.exists"})


@dataclass(frozen=True, slots=True)
class FileAnswer:
    """What became of one file of a form: taken, known before, or refused with a sentence."""

    name: str
    is_known: bool = False
    error: CallerError | None = None

    @property
    def shown_name(self) -> str:
        return safe_name(self.name)

    @property
    def sentence(self) -> str:
        if self.error is not None:
            return sentence_of(self.error)
        if self.is_known:
            return str(gettext("This dossier holds the very same content already; nothing was added."))
        return str(gettext("Taken in."))


class AssignmentForm(PeriodForm):
    """Who gets which duty, from which day to which."""

    person = SelectField(_("Person"), validate_choice=False)
    duty = SelectField(_("Duty"), validate_choice=False)
    field_of_code: ClassVar[dict[str, str]] = PeriodForm.field_of_code | {
        "person.unknown": "person",
        "duties.exclusive": "person",
        "duties.conflict": "person",
        "duties.not_qualified": "person",
        "duties.clearance": "person",
        "assignment.exists": "person",
        "assignment.duty": "duty",
    }

    def chosen_duty(self) -> Duty:
        """InputError ``assignment.duty`` for none of the list."""
        try:
            return Duty(self.duty.data)
        except ValueError as exc:
            raise InputError("assignment.duty") from exc

    def offer(self, card: DossierCard) -> None:
        """The people who may be chosen, with what they are qualified for, and the duties."""
        people = [
            (each.id, f"{each.name} · {each.staff_number} ({_duties(each.qualifications)})") for each in card.assignable
        ]
        self.person.choices = [("", _("Choose…")), *people]
        self.duty.choices = [("", _("Choose…")), *((each.value, label(each)) for each in Duty)]

    def refuse_for(self, error: CallerError, card: DossierCard) -> None:
        """Like :meth:`refuse`, and says what the person holds here where that is what stands against it."""
        self.refuse(error)
        held = [each for each in card.assignments if each.person_id == self.person.data and not each.ended]
        if error.code in _EXPLAINED_BY_WHAT_IS_HELD and held:
            duties = _duties({each.duty for each in held})
            words = gettext("On this dossier %(name)s is: %(duties)s.", name=held[0].person_name, duties=duties)
            self.person.errors = [*self.person.errors, words]


def load_card(dossier_id: str) -> DossierCard:
    """The dossier as this person may see it."""
    return cards.show_dossier(current_vault(), current_actor(), dossier_id=dossier_id)


def dossier_page(
    card: DossierCard,
    *,
    answers: Sequence[FileAnswer] = (),
    upload_error: CallerError | None = None,
    form: AssignmentForm | None = None,
) -> str:
    """The page, with ``answers`` beside the form for files and ``form`` as it was refused."""
    vault = current_vault()
    form = form or AssignmentForm()
    form.offer(card)
    return render_template(
        "dossiers/dossier.html",
        card=card,
        answers=answers,
        upload_sentence=sentence_of(upload_error) if upload_error else "",
        form=form,
        people=sorted((each for each in card.assignments if not each.ended), key=_by_duty),
        former=[each for each in card.assignments if each.ended],
        today=today(vault.clock.now()),
        timezone=current_timezone(),
        most_files=MOST_FILES,
        most_mib=min(vault.config.intake.max_mib, vault.config.gateway.max_upload_mib),
    )


def _duties(duties: Collection[Duty]) -> str:
    return format_list([label(each) for each in Duty if each in duties], locale=get_locale())


def _by_duty(row: AssignmentRow) -> tuple[int, str]:
    return list(Duty).index(row.duty), row.person_name
