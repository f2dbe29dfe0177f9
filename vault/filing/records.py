"""A dossier's customer record: what it holds, how it is sealed, and the token by which a customer is found.

The record is sealed as one field under the dossier key. A customer is found by the exact normalised full name only:
the token is a keyed digest of normalised text without spaces, cut to 64 bits (docs/spec/keys.md, "Names and
contents").
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, fields

import msgspec

from keys.model import Secret
from keys.primitives import keyed_token
from vault.clock import RandomBytes
from vault.custody.keyroom import KeyRoom, ServiceKey
from vault.database.engine import Connection
from vault.errors import InputError
from vault.filing.dossier_keys import DossierKey
from vault.filing.index_keys import index_keys, newest_index_key

NAME_TOKEN_BYTES = 8
NAME_CHARACTERS = 200
TEXT_CHARACTERS = 4_000
_FIELD = "record"


@dataclass(frozen=True, slots=True)
class CustomerRecord:
    """Who the customer is and how things stand with them; only ``name`` is required."""

    name: str
    address: str = ""
    contacts: str = ""
    standing: str = ""
    notes: str = ""


def check_record(record: CustomerRecord) -> CustomerRecord:
    """The record in NFC with tidy spaces, or InputError ``dossier.name`` or ``dossier.text_too_long``."""
    name = " ".join(_clean(record.name).split())
    if not name or len(name) > NAME_CHARACTERS or not normalised_name(name):
        raise InputError("dossier.name", limit=NAME_CHARACTERS)
    texts = {field.name: _clean(getattr(record, field.name)).strip() for field in fields(record)[1:]}
    if any(len(text) > TEXT_CHARACTERS for text in texts.values()):
        raise InputError("dossier.text_too_long", limit=TEXT_CHARACTERS)
    return CustomerRecord(name=name, **texts)


def normalised_name(name: str) -> str:
    """The spelling that tokens are made from: NFKC, without any space, case-folded, NFKC again.

    Spaces go first: NFKC makes one of some marks, and what it stood between may compose once it is gone.
    """
    without_spaces = "".join(unicodedata.normalize("NFKC", name).split())
    return unicodedata.normalize("NFKC", without_spaces.casefold())


def name_token(key: Secret, name: str) -> bytes:
    """64 bits that are equal for equal names and say nothing else without the key."""
    return keyed_token(key, normalised_name(name).encode(), length=NAME_TOKEN_BYTES)


def name_tokens(keyroom: KeyRoom, name: str) -> list[bytes]:
    """The tokens that a customer of this name may have: two while the index key is replaced. Sealed while sealed."""
    return [name_token(key, name) for key in index_keys(keyroom, ServiceKey.NAME_INDEX)]


def new_name_token(keyroom: KeyRoom, tx: Connection, name: str) -> bytes:
    """The token of a dossier that is being founded, under the key that the index has when it commits."""
    return name_token(newest_index_key(keyroom, tx, ServiceKey.NAME_INDEX), name)


def seal_record(key: DossierKey, record: CustomerRecord, *, random: RandomBytes) -> bytes:
    encoded = msgspec.json.encode(record).decode()
    return key.seal_field(_FIELD, encoded, owner=key.dossier_id, random=random)


def open_record(key: DossierKey, sealed: bytes) -> CustomerRecord:
    """The record; TamperError if it was altered or belongs to another dossier."""
    return msgspec.json.decode(key.open_field(_FIELD, sealed, owner=key.dossier_id), type=CustomerRecord)


def _clean(text: str) -> str:
    """NFC, without control and format characters except line ends."""
    composed = unicodedata.normalize("NFC", text).replace("\r\n", "\n")
    return "".join(mark for mark in composed if mark == "\n" or unicodedata.category(mark) not in {"Cc", "Cf", "Cs"})
