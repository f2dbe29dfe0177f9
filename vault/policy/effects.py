"""Which classes a change of the policy is felt in."""

from __future__ import annotations

from typing import Any

from vault.model import Classification
from vault.policy.document import Policy
from vault.policy.fields import values_of

_CLASSES = "classes."


def effective_values(policy: Policy, classification: Classification) -> dict[str, Any]:
    """What holds in this class: the value of the class where it has one, else the one for all."""
    prefix = f"{_CLASSES}{classification.value}."
    values = values_of(policy)
    general = {path: value for path, value in values.items() if not path.startswith(_CLASSES)}
    own = {path.removeprefix(prefix): value for path, value in values.items() if path.startswith(prefix)}
    return general | {name: value for name, value in own.items() if value is not None or name not in general}


def classes_touched(old: Policy, new: Policy) -> tuple[Classification, ...]:
    """The classes in which something would be otherwise, lowest first."""
    return tuple(each for each in Classification if effective_values(old, each) != effective_values(new, each))
