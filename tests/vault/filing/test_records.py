"""The customer record: tidied, bound to its dossier, and found by the exact name alone."""

from __future__ import annotations

import os
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.model import Secret
from tests.company import Company
from vault.database import dossier_queries
from vault.database.engine import reading
from vault.errors import InputError, TamperError
from vault.filing.dossier_keys import DossierKey, unwrap_dossier_key
from vault.filing.dossiers import DossierDraft, create_dossier
from vault.filing.records import (
    TEXT_CHARACTERS,
    CustomerRecord,
    check_record,
    name_token,
    normalised_name,
    open_record,
    seal_record,
)
from vault.model import Classification

KEY = Secret(os.urandom(32))


@pytest.mark.parametrize(
    ("typed", "normalised"),
    [
        ("Harrow & Vale", "harrow&vale"),
        ("ＨＡＲＲＯＷ　＆　ＶＡＬＥ", "harrow&vale"),
        ("Straße", "strasse"),
        ("STRASSE", "strasse"),
        ("ﬁrma", "firma"),
        ("Mo\u0308bius", "möbius"),
        ("王 晓明", "王晓明"),
        ("ｶﾞ", "ガ"),
        ("\u0130stanbul", "i̇stanbul"),
        ("①", "1"),
        ("\u2003 \u00a0", ""),
        ("O\u00a8", "ö"),
    ],
)
def test_names_that_look_alike_are_one_name(typed: str, normalised: str) -> None:
    """NFKC, without spaces, case-folded, NFKC again: docs/spec/keys.md, "Names"."""
    assert normalised_name(typed) == normalised


@given(st.text(max_size=30))
def test_normalised_name_is_its_own_normal_form(name: str) -> None:
    """Doing it again changes nothing, and case does not matter."""
    normalised = normalised_name(name)

    assert normalised_name(normalised) == normalised
    assert unicodedata.is_normalized("NFKC", normalised)
    assert not any(mark.isspace() for mark in normalised)


def test_token_is_64_bits_that_depend_on_key_and_name() -> None:
    """Equal names have equal tokens under one key, and that is all that can be seen."""
    token = name_token(KEY, "Harrow & Vale")

    assert len(token) == 8
    assert token == name_token(KEY, "HARROW  &VALE")
    assert token != name_token(KEY, "Harrow & Vail")
    assert token != name_token(Secret(os.urandom(32)), "Harrow & Vale")


def test_record_is_tidied() -> None:
    """One composition, one kind of line end, no invisible characters, no spaces to the left and right."""
    typed = CustomerRecord(
        name="  Mo\u0308bius \u202e  GmbH\u200b ", address=" Hauptstr. 1\r\n\tBerlin\x00 ", notes="a\u2066b\x1b[31m"
    )

    assert check_record(typed) == CustomerRecord(name="Möbius GmbH", address="Hauptstr. 1\nBerlin", notes="ab[31m")


@pytest.mark.parametrize("name", ["", " ", "\u200b", "\u3000", "x" * 201])
def test_record_needs_a_name(name: str) -> None:
    """At most 200 characters, at least one that can be seen."""
    with pytest.raises(InputError) as refused:
        check_record(CustomerRecord(name=name))

    assert refused.value.code == "dossier.name"


@pytest.mark.parametrize("field", ["address", "contacts", "standing", "notes"])
def test_text_has_a_limit(field: str) -> None:
    """As long as the limit is kept, one character more is refused."""
    check_record(CustomerRecord(name="x", **{field: "y" * TEXT_CHARACTERS}))

    with pytest.raises(InputError) as refused:
        check_record(CustomerRecord(name="x", **{field: "y" * (TEXT_CHARACTERS + 1)}))
    assert refused.value.code == "dossier.text_too_long"


def keys_of_two_dossiers(company: Company) -> list[DossierKey]:
    draft = DossierDraft(Classification.INTERNAL, CustomerRecord("Mistral Yachts"))
    second = create_dossier(company.vault, company.at_keyboard("custodian"), draft=draft)
    with reading(company.vault.engine) as tx:
        dossiers = [dossier_queries.load_dossier(tx, each) for each in (company.dossier_id, second)]
    return [unwrap_dossier_key(company.vault.keyroom, dossier) for dossier in dossiers if dossier]


def test_record_opens_only_in_its_own_dossier(company: Company) -> None:
    """A record copied from one dossier's row to another's is tampering."""
    own, other = keys_of_two_dossiers(company)
    record = CustomerRecord("王晓明", "上海", "x", "y", "z")
    sealed = seal_record(own, record, random=os.urandom)

    assert open_record(own, sealed) == record
    assert "王晓明".encode() not in sealed
    with pytest.raises(TamperError):
        open_record(other, sealed)
    with pytest.raises(TamperError):
        open_record(own, sealed[:-1] + bytes([sealed[-1] ^ 1]))


def test_sealed_field_opens_under_its_own_name_and_owner_alone(company: Company) -> None:
    """A title cannot be put in the place of a note, nor on another document."""
    own, _other = keys_of_two_dossiers(company)
    sealed = own.seal_field("title", "Offer", owner="f1", random=os.urandom)

    assert own.open_field("title", sealed, owner="f1") == "Offer"
    for name, owner in (("note", "f1"), ("title", "f2"), ("titlef", "1"), ("", "titlef1")):
        with pytest.raises(TamperError):
            own.open_field(name, sealed, owner=owner)


def test_wrapped_dossier_key_of_another_dossier_does_not_open(company: Company) -> None:
    """Whoever swaps two rows' keys gets nothing opened."""
    keys_of_two_dossiers(company)
    with reading(company.vault.engine) as tx:
        own = dossier_queries.load_dossier(tx, company.dossier_id)
        other = dossier_queries.find_dossier_by_reference(tx, "D2026-00002")
    assert own is not None
    assert other is not None
    swapped = dossier_queries.DossierRecord(**{
        **{name: getattr(own, name) for name in own.__slots__}, "wrapped_key": other.wrapped_key,
    })  # fmt: skip

    with pytest.raises(TamperError):
        unwrap_dossier_key(company.vault.keyroom, swapped)
