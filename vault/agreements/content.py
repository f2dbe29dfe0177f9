"""What a version says, as the bytes that its hash is of (docs/spec/agreements.md, "Hash").

RFC 8785 (JCS) in the trail's strict profile, so that anybody who has the file computes the hash with ``sha256sum``.
All languages and the scope are in it: whoever accepted one language cannot be told later that the other said something
else.
"""

from __future__ import annotations

import hashlib

from vault.agreements.text import MOST_BODY_BYTES, normalised_body, normalised_title
from vault.database.agreement_queries import AgreementVersion, VersionText
from vault.errors import InputError, TamperError
from vault.ledger.canonical import NotCanonical, canonical_bytes
from vault.model import Classification
from vault.policy.agreements import Language

FORMAT = "vault.agreement.v1"


def content_bytes(version: AgreementVersion) -> bytes:
    """The canonical bytes. InputError ``agreement.too_long`` beyond the 65,535 that the profile takes."""
    try:
        return canonical_bytes(
            {
                "format": FORMAT,
                "agreement": version.agreement_id,
                "version": version.number,
                "audience": version.audience.value,
                "classes": [each.value for each in Classification if each in version.classes],
                "material": int(version.is_material),
                "texts": {
                    language.value: {"title": text.title, "body": text.body} for language, text in version.texts.items()
                },
            }
        )
    except NotCanonical as error:
        raise InputError("agreement.too_long", limit=MOST_BODY_BYTES) from error


def content_hash(version: AgreementVersion) -> bytes:
    """SHA-256 of the canonical bytes."""
    return hashlib.sha256(content_bytes(version)).digest()


def require_intact(version: AgreementVersion) -> bytes:
    """The hash of a published version. TamperError ``tamper.agreement`` if its rows are not what was published."""
    try:
        computed = content_hash(version)
    except InputError as error:
        raise TamperError("tamper.agreement") from error
    if version.published_at is None or version.content_hash != computed:
        raise TamperError("tamper.agreement")
    return computed


def checked_text(title: str, body: str) -> VersionText:
    """A title and text in their one spelling; either may still be '' in a draft. InputError ``agreement.*``."""
    return VersionText(normalised_title(title), normalised_body(body))


def require_complete(version: AgreementVersion) -> None:
    """InputError ``agreement.incomplete`` unless every language has a title and a text, and a class is named."""
    texts = [version.texts.get(language) for language in Language]
    if not version.classes or any(text is None or not text.title or not text.body for text in texts):
        raise InputError("agreement.incomplete")
