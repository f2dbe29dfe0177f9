"""Commitments to personal values: the digests of RFC 9901, salts of 128 bits, and nothing altered accepted."""

from __future__ import annotations

import base64
import json
import os

import pytest

from vault.ledger.disclosures import (
    DisclosureRefused,
    digest_of,
    digests_of_all,
    is_committed,
    make_disclosure,
    parse_disclosure,
    read_all,
)

# Disclosures and digests printed in RFC 9901, sections 4.2.3 and 5.1.
PUBLISHED = {
    "WyI2cU1RdlJMNWhhaiIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0": "uutlBuYeMDyjLLTpf6Jxi7yNkEF35jdyWMn9U7b_RYY",
    "WyJsa2x4RjVqTVlsR1RQVW92TU5JdkNBIiwgIkZSIl0": "w0I8EKcdCtUPkGCNUrfwVp2xEgNjtoIDlOxc9-PlOhs",
    "WyIyR0xDNDJzS1F2ZUNmR2ZyeU5STjl3IiwgImdpdmVuX25hbWUiLCAiSm9obiJd": "jsu9yVulwQQlhFlM_3JlzMaSFzglhQG0DpfayQwLUK4",
}
PLACE = {"address": "10.1.2.3", "source": "zone", "zone": "总部大楼"}


def encoded(value: object) -> str:
    """As the trail writes it, whatever it is."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(("text", "digest"), PUBLISHED.items())
def test_published_digests_are_reproduced(text: str, digest: str) -> None:
    """RFC 9901: base64url of SHA-256 over the disclosure's ASCII."""
    assert digest_of(text) == digest


@pytest.mark.parametrize("value", ["王晓明", PLACE], ids=["text", "members"])
def test_disclosure_reads_back_as_name_and_value(value: str | dict[str, str]) -> None:
    """What was committed to comes back from the text alone."""
    made = make_disclosure("place", value, random=os.urandom)

    assert parse_disclosure(made.text) == made
    assert (made.name, made.value) == ("place", value)
    assert is_committed(made, ["somebody else's", made.digest])


def test_text_is_committed_to_in_one_composition() -> None:
    """Letters typed in two ways that look alike are one value: NFC."""
    made = make_disclosure("reason", {"text": "Mo\u0308bius"}, random=os.urandom)

    assert made.value == {"text": "Möbius"}


def test_salt_has_128_bits_and_is_fresh() -> None:
    """Equal values have unequal digests, so that nobody can guess one from another."""
    asked: list[int] = []

    def counted(length: int) -> bytes:
        asked.append(length)
        return os.urandom(length)

    first, second = (make_disclosure("actor", "same", random=counted) for _ in range(2))

    assert asked == [16, 16]
    assert first.digest != second.digest


def test_guessed_value_cannot_be_tried_against_the_digest() -> None:
    """The digest depends on the salt and not on the value alone."""
    made = make_disclosure("actor", "王晓明", random=os.urandom)
    guesses = {digest_of(encoded([base64.urlsafe_b64encode(bytes(16)).decode()[:22], "actor", "王晓明"]))}
    guesses |= {digest_of(encoded(["", "actor", "王晓明"])), digest_of(encoded("王晓明"))}

    assert made.digest not in guesses


def test_altered_disclosure_is_refused_or_not_committed_to() -> None:
    """Any bit of the text changed: no value of this leaf."""
    made = make_disclosure("reason", PLACE, random=os.urandom)
    for place in range(len(made.text)):
        for bit in range(7):
            text = made.text[:place] + chr(ord(made.text[place]) ^ 1 << bit) + made.text[place + 1 :]
            try:
                altered = parse_disclosure(text)
            except DisclosureRefused:
                continue
            assert not is_committed(altered, [made.digest])


REFUSED = [
    *PUBLISHED,  # spaces after commas: good SD-JWT, not this trail's form
    "",
    "====",
    "not base64url!",
    "Zm9v Zm9v",
    "\N{SNOWMAN}",
    encoded({"salt": "A" * 22}),
    encoded(["A" * 22, "name"]),
    encoded(["A" * 22, "name", "value", "more"]),
    encoded(["A" * 21, "name", "value"]),
    encoded([7, "name", "value"]),
    encoded(["A" * 22, 7, "value"]),
    encoded(["A" * 22, "name", 7]),
    encoded(["A" * 22, "name", ["value"]]),
    encoded(["A" * 22, "name", {"member": 7}]),
    encoded(["A" * 22, "name", "value"]) + "=",
    encoded(["A" * 22, "name", "Mo\u0308bius"]),
    base64.urlsafe_b64encode(b"\xff\xff").decode(),
]


@pytest.mark.parametrize(
    "text",
    REFUSED,
    ids=lambda text: ascii(text[:20]),
)
def test_text_in_another_form_is_refused(text: str) -> None:
    """Salt, name, value, in canonical JSON and in the one base64url spelling."""
    with pytest.raises(DisclosureRefused):
        parse_disclosure(text)


def test_unused_bits_of_the_last_character_are_not_free() -> None:
    """Another spelling of the same bytes is another text, and refused."""
    text = encoded(["A" * 22, "name", "valu"])
    assert len(text) % 4, "this length leaves unused bits"
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    parse_disclosure(text)

    with pytest.raises(DisclosureRefused):
        parse_disclosure(text[:-1] + alphabet[alphabet.index(text[-1]) ^ 1])


def said(text: bytes) -> tuple[str, object] | None:
    try:
        disclosure = parse_disclosure(text.decode())
    except ValueError:
        return None
    return disclosure.name, disclosure.value


@pytest.mark.parametrize(
    "odd", [*REFUSED, encoded(["A" * 30, "name", "salted longer"])], ids=lambda text: ascii(text[:20])
)
def test_disclosures_read_together_are_what_each_is_alone(odd: str) -> None:
    """One that is refused hides no other; their digests are those of each."""
    usual = [
        make_disclosure(name, value, random=os.urandom) for name, value in (("actor", "x" * 600), ("place", PLACE))
    ]
    texts = [usual[0].text.encode(), odd.encode(), usual[1].text.encode(), usual[1].text.encode()]

    assert read_all(texts) == [said(text) for text in texts]
    assert digests_of_all(texts[2:]) == [usual[1].digest] * 2
    assert digests_of_all([]) == read_all([]) == []


def test_salt_is_looked_at_in_each_of_those_read_together() -> None:
    """Quotes where a salt should be hide a member before the name: refused, as alone."""
    good = make_disclosure("actor", "王晓明", random=os.urandom).text.encode()
    text = encoded(["A" * 18, "x", "actor", "y"]).encode()
    assert base64.urlsafe_b64decode(text[:36])[24:] == b'","', "it ends where a usual salt does"

    assert read_all([good, text, good]) == [said(good), None, said(good)]
