"""What the classes are called now, for whoever shows one."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from vault.database.engine import reading
from vault.database.policy_queries import policy_in_force
from vault.model import Classification
from vault.policy.class_names import ClassTitle, class_titles
from vault.runtime import Vault

FRESH_SECONDS = 1.0


def titles_in_force(vault: Vault) -> Mapping[Classification, ClassTitle]:
    """The names by the policy in force."""
    with reading(vault.engine) as tx:
        return class_titles(policy_in_force(tx).policy)


def lasting_titles(vault: Vault) -> Callable[[], Mapping[Classification, ClassTitle]]:
    """As :func:`titles_in_force`, at most a second old: for whoever asks for every row of a long report."""
    kept: list[tuple[float, Mapping[Classification, ClassTitle]]] = []

    def titles() -> Mapping[Classification, ClassTitle]:
        now = vault.monotonic()
        if not kept or now - kept[0][0] > FRESH_SECONDS:
            kept[:] = [(now, titles_in_force(vault))]
        return kept[0][1]

    return titles
