"""The policy as a form: one control for each of its values, made from the list of fields and their words.

What was typed is kept as text until the vault has looked at it; a value that cannot be is said beside its control, all
of them at once. The confirming step carries the policy whole, in one field, so that what is confirmed is what was seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self

from flask import request

from gateway.class_words import current_titles
from gateway.errors import sentence_of
from gateway.localisation import current_language
from gateway.policy_sentences import choices_of, class_of, fault_words, heading_of, hint_of, label_of, policy_sections
from vault.errors import VaultError
from vault.policy.document import DEFAULT_POLICY, Policy, PolicyInForce, decode_policy, encode_policy
from vault.policy.fields import Fault, FieldKind, policy_fields, policy_from, read_written, values_of, written
from vault.policymaking.proposing import PolicyRefused

NAME_PREFIX = "value."
_LONGEST_VERSION = 9


@dataclass(frozen=True, slots=True)
class Control:
    """One value on the form."""

    name: str
    label: str
    hint: str
    kind: FieldKind
    text: str
    choices: list[tuple[str, str]]
    errors: list[str]


@dataclass(frozen=True, slots=True)
class ControlGroup:
    """The values under one heading; ``css_class`` is the class's badge, or ''."""

    name: str
    heading: str
    css_class: str
    controls: list[Control]

    @property
    def is_refused(self) -> bool:
        return any(control.errors for control in self.controls)


@dataclass
class PolicyForm:
    """``base_version`` is the version that the values were filled from."""

    base_version: int
    texts: Mapping[str, str]
    errors: dict[str, list[str]] = field(default_factory=dict)
    form_errors: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, shown: PolicyInForce) -> Self:
        """Filled from a policy."""
        return cls(shown.version, {path: written(value) for path, value in values_of(shown.policy).items()})

    @classmethod
    def sent(cls) -> Self:
        """As it was posted, value by value; a value that was not sent is left at its default."""
        defaults = {path: written(value) for path, value in values_of(DEFAULT_POLICY).items()}
        texts = {path: request.form.get(NAME_PREFIX + path, default) for path, default in defaults.items()}
        return cls(sent_version(), texts)

    @classmethod
    def confirmed(cls) -> Self:
        """As the confirming step sent it, whole. InputError ``policy.unreadable`` for what is no policy."""
        return cls.of(PolicyInForce(sent_version(), decode_policy(request.form.get("content", "").encode())))

    def policy(self) -> Policy:
        """What was typed. PolicyRefused, with every value that cannot be, noted beside its control."""
        values = {field.path: read_written(field, self.texts[field.path]) for field in policy_fields()}
        policy, faults = policy_from(values)
        if faults:
            raise PolicyRefused(faults)
        return policy

    def refuse(self, error: VaultError) -> None:
        """Shows why, beside the values where it is about them."""
        if isinstance(error, PolicyRefused):
            self._note(error.faults)
        self.form_errors.append(sentence_of(error))

    def groups(self) -> list[ControlGroup]:
        """Every control, under the headings of the sentences."""
        locale, titles = current_language(), current_titles()
        groups = []
        for section in policy_sections(DEFAULT_POLICY, locale=locale):
            classification = class_of(section.name)
            controls = [
                Control(
                    name=NAME_PREFIX + said.field.path,
                    label=label_of(said.field, locale=locale),
                    hint=hint_of(said.field, locale=locale),
                    kind=said.field.kind,
                    text=self.texts[said.field.path],
                    choices=choices_of(said.field, locale=locale),
                    errors=self.errors.get(said.field.path, []),
                )
                for said in section.sentences
            ]
            heading = heading_of(section.name, titles, locale=locale)
            css_class = classification.value.replace("_", "-") if classification else ""
            groups.append(ControlGroup(section.name, heading, css_class, controls))
        return groups

    def _note(self, faults: Iterable[Fault]) -> None:
        for fault in faults:
            words = fault_words(fault, current_titles(), locale=current_language())
            self.errors.setdefault(fault.path, []).append(words)


def content_of(policy: Policy) -> str:
    """The policy for the confirming step."""
    return encode_policy(policy).decode()


def sent_version() -> int:
    """The version that the form was filled from; one that never is if it says none."""
    sent = request.form.get("base", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) <= _LONGEST_VERSION else -1
