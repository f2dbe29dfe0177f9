"""Time stamps of an authority (RFC 3161): verified before they count, and by openssl as well."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.anchor_servers import Authority, running_authority, soon
from tests.vault.anchors.conftest import Anchored
from tests.vault.ledger.conftest import Trail
from vault.anchors.timestamp import TimestampAnchor, token_time
from vault.anchors.web import WebPeer
from vault.errors import Unavailable


@pytest.fixture
def anchored(trail: Trail, timestamp_anchor: TimestampAnchor) -> Anchored:
    return Anchored(trail, timestamp_anchor)


def test_openssl_verifies_a_stored_token(anchored: Anchored, authority: Authority) -> None:
    """Against the note that was placed, and against no other."""
    placement = anchored.placement()
    token = anchored.anchor.place(placement).content

    assert "Verification: OK" in authority.verify(placement.note.encode(), token).stdout
    assert authority.verify(b"another note", token).returncode != 0


def test_token_names_its_moment(anchored: Anchored) -> None:
    """By the authority's clock."""
    token = anchored.anchor.place(anchored.placement()).content

    named = token_time(token)
    assert named is not None
    assert abs((named - soon()).total_seconds()) < 120
    assert token_time(b"hello") is None


def test_authority_of_another_root_is_not_believed(anchored: Anchored, authority: Authority, tmp_path: Path) -> None:
    """Whoever stands in its place has not its certificate."""
    with running_authority(tmp_path / "other") as other:
        peer = WebPeer(other.url, monotonic=time.monotonic)
        anchor = TimestampAnchor("time", peer, certificates=authority.certificates, period_seconds=600)

        with pytest.raises(Unavailable) as refused:
            anchor.place(anchored.placement())

    assert refused.value.code == "anchor.bad_receipt"


def test_older_answer_played_again_is_refused(anchored: Anchored, authority: Authority) -> None:
    """The nonce is that of another question, though the note be the same."""
    placement = anchored.placement()
    authority.replayed = anchored.anchor.place(placement).content

    with pytest.raises(Unavailable) as refused:
        anchored.anchor.place(placement)

    assert refused.value.code == "anchor.bad_receipt"


@pytest.mark.parametrize(
    ("status", "replayed", "code"),
    [(503, b"", "anchor.refused"), (302, b"", "anchor.refused"), (200, b"<html>", "anchor.bad_receipt")],
)
def test_authority_that_answers_otherwise_is_said(
    anchored: Anchored, authority: Authority, status: int, replayed: bytes, code: str
) -> None:
    """No redirect is followed and no page taken for a token."""
    authority.status, authority.replayed = status, replayed

    with pytest.raises(Unavailable) as refused:
        anchored.anchor.place(anchored.placement())

    assert refused.value.code == code


def test_authority_that_is_down_is_said(anchored: Anchored) -> None:
    """Nobody listens."""
    peer = WebPeer("http://127.0.0.1:9/tsr", monotonic=time.monotonic)
    anchor = TimestampAnchor("time", peer, certificates=Path("nowhere.pem"), period_seconds=600)

    with pytest.raises(Unavailable) as refused:
        anchor.place(anchored.placement())

    assert refused.value.code == "anchor.unreachable"


def test_answer_without_an_end_is_cut_off(anchored: Anchored, authority: Authority) -> None:
    """Nobody fills our memory."""
    authority.replayed = b"x" * (65 << 10)

    with pytest.raises(Unavailable) as refused:
        anchored.anchor.place(anchored.placement())

    assert refused.value.code == "anchor.refused"


def test_certificates_that_are_gone_are_said(anchored: Anchored, authority: Authority, tmp_path: Path) -> None:
    """With what to look at."""
    peer = WebPeer(authority.url, monotonic=time.monotonic)
    anchor = TimestampAnchor("time", peer, certificates=tmp_path / "gone.pem", period_seconds=600)

    with pytest.raises(Unavailable) as refused:
        anchor.place(anchored.placement())

    assert refused.value.code == "anchor.certificates"
