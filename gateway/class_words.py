"""What classes are called on this request's pages: by the policy in force, looked up once a request."""

from __future__ import annotations

from collections.abc import Mapping

from flask import g, has_request_context

from gateway.localisation import current_language
from gateway.sessions import current_vault
from vault.errors import VaultError
from vault.model import Classification
from vault.policy.class_names import DEFAULT_TITLES, ClassTitle
from vault.policymaking.naming import titles_in_force

_KEPT = "vault_class_titles"


def current_titles() -> Mapping[Classification, ClassTitle]:
    """The names in both languages; those that a vault begins with where the policy cannot be read."""
    if not has_request_context():
        return DEFAULT_TITLES
    found: Mapping[Classification, ClassTitle] | None = g.get(_KEPT)
    if found is None:
        try:
            found = titles_in_force(current_vault())
        except VaultError:  # the page that says so must still be drawn
            return DEFAULT_TITLES
        setattr(g, _KEPT, found)
    return found


def class_words(classification: Classification) -> str:
    """The class's name in the language of the request."""
    locale = current_language() if has_request_context() else "en"
    return current_titles()[classification].in_language(locale)
