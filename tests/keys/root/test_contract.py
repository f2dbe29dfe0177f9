"""What every root key provider guarantees: one suite, run over all of them."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keys.errors import KeysError, KeyUnavailable, UnwrapError
from keys.model import KEY_ID_BYTES, EncryptionContext, KeyId, KeyVersion
from keys.primitives import new_secret
from keys.root import open_root_key
from keys.root.port import RootKey
from keys.root.registry import PROVIDERS
from keys.wrapping import kek_context
from tests.keys.root.providers import HARMS, PASSPHRASE, PIN, RUNNING, Provider, asked

CONTEXT = kek_context("internal", KeyId(bytes(16)), KeyVersion(1))


@pytest.fixture(params=sorted(PROVIDERS))
def provider(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Provider]:
    with RUNNING[request.param](request.param, tmp_path) as running:
        yield running


def test_key_opens_what_it_wrapped_before_it_was_opened_anew(provider: Provider) -> None:
    """A root key is the same key tomorrow: same name, same wraps."""
    secret, created = new_secret(secrets.token_bytes), provider.create()
    wrapped = created.wrap(secret, context=CONTEXT, random=secrets.token_bytes)
    opened = provider.open()
    assert opened.unwrap(wrapped, context=CONTEXT) == secret
    assert (opened.key_id, opened.uri) == (created.key_id, created.uri)
    assert len(opened.key_id) == KEY_ID_BYTES


def test_uri_opens_the_key_it_came_from(provider: Provider) -> None:
    """What the key says of its place is enough to find it again."""
    created = provider.create()
    assert open_root_key(created.uri, passphrase=asked).key_id == created.key_id


def test_missing_key_is_unavailable_and_none_is_made(provider: Provider) -> None:
    """Starting with a missing key never invents one."""
    with pytest.raises(KeyUnavailable):
        provider.open()
    assert provider.count() == 0


def test_existing_key_is_never_replaced(provider: Provider) -> None:
    """Creating where there is a key fails, makes no other, and leaves it as it was."""
    secret, created = new_secret(secrets.token_bytes), provider.create()
    wrapped = created.wrap(secret, context=CONTEXT, random=secrets.token_bytes)
    with pytest.raises(KeyUnavailable, match="never replaced"):
        provider.create()
    assert provider.count() == 1
    assert provider.open().key_id == created.key_id
    assert provider.open().unwrap(wrapped, context=CONTEXT) == secret


def test_two_keys_share_no_name_and_open_nothing_of_one_another(provider: Provider) -> None:
    """Another root key is told by its name, as the operator's matter."""
    one, other = provider.create("one"), provider.create("other")
    wrapped = one.wrap(new_secret(secrets.token_bytes), context=CONTEXT, random=secrets.token_bytes)
    assert one.key_id != other.key_id
    with pytest.raises(KeyUnavailable, match=one.key_id.hex()):
        other.unwrap(wrapped, context=CONTEXT)


@pytest.mark.parametrize(
    "elsewhere",
    [
        kek_context("secret", KeyId(bytes(16)), KeyVersion(1)),
        kek_context("internal", KeyId(b"\1" * 16), KeyVersion(1)),
        kek_context("internal", KeyId(bytes(16)), KeyVersion(2)),
        EncryptionContext("vault.dossier-key.v1", CONTEXT.fields),
    ],
    ids=["ring", "key id", "version", "label"],
)
def test_wrap_in_another_context_is_refused(provider: Provider, elsewhere: EncryptionContext) -> None:
    """A wrapped key opens as what it was wrapped as, and as nothing else."""
    root = provider.create()
    wrapped = root.wrap(new_secret(secrets.token_bytes), context=CONTEXT, random=secrets.token_bytes)
    with pytest.raises(UnwrapError):
        root.unwrap(wrapped, context=elsewhere)


@pytest.fixture
def root(provider: Provider) -> RootKey:
    """Opened once for all examples: with a service of the network that takes longer than to ask it."""
    return provider.create()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_altered_wrap_gives_one_of_our_errors(root: RootKey, data: st.DataObject) -> None:
    """Any bytes at all give a key error, never a foreign exception and never a key."""
    wrapped = root.wrap(new_secret(secrets.token_bytes), context=CONTEXT, random=secrets.token_bytes)
    at = data.draw(st.integers(0, len(wrapped) - 1))
    altered = wrapped[:at] + data.draw(st.binary(max_size=4)) + wrapped[at + data.draw(st.integers(1, 4)) :]
    if altered != wrapped:
        with pytest.raises(KeysError):
            root.unwrap(altered, context=CONTEXT)


@pytest.mark.parametrize("wrapped", [b"", b"\1\1", bytes(82), b"\xff" * 82, bytes(100_000)], ids=len)
def test_bytes_that_are_no_wrap_are_refused(provider: Provider, wrapped: bytes) -> None:
    """Foreign bytes of any length are refused."""
    root = provider.create()
    with pytest.raises(KeysError):
        root.unwrap(wrapped, context=CONTEXT)


def test_check_holds_while_the_key_is_in_place(provider: Provider) -> None:
    """A healthy provider passes its check."""
    provider.create().check()


@pytest.mark.parametrize(
    ("provider", "harm"),
    [(scheme, harm) for scheme, harms in HARMS.items() for harm in harms],
    indirect=["provider"],
)
def test_key_that_can_not_be_had_any_more_is_found_by_the_check(provider: Provider, harm: str) -> None:
    """A vault that runs on says that it would not start again, whatever became of its root key."""
    root = provider.create()
    wrapped = root.wrap(new_secret(secrets.token_bytes), context=CONTEXT, random=secrets.token_bytes)
    assert set(provider.harms) == set(HARMS[provider.scheme])
    provider.harms[harm]()
    with pytest.raises(KeyUnavailable):
        root.check()
    if harm != "exchanged":  # another key opens, as itself
        with pytest.raises(KeyUnavailable):
            provider.open()
    if provider.scheme not in {"file", "passphrase"}:  # those hold the key in memory
        with pytest.raises(KeyUnavailable):
            root.unwrap(wrapped, context=CONTEXT)


def test_key_does_not_show_in_text_or_errors(provider: Provider) -> None:
    """Neither the key's text nor any error of a wrong use holds key bytes, passphrase, token or PIN."""
    root = provider.create()
    secret = getattr(root, "secret", None)
    shown = [repr(root), root.uri]
    for attempt in (lambda: root.unwrap(b"", context=CONTEXT), provider.create, lambda: provider.open("missing")):
        with pytest.raises(KeysError) as caught:
            attempt()
        shown.append(str(caught.value))
    hidden = {PASSPHRASE, PIN, *([secret.reveal().hex()] if secret else [])}
    for text in shown:
        assert not any(each in text for each in hidden)


def _descriptors() -> int:
    return len(list(Path("/dev/fd").iterdir()))


def test_no_descriptor_is_left_open(provider: Provider) -> None:
    """Opening, checking and failing leave no file open."""
    provider.create().check()
    _open_and_fail(provider)  # a library may keep what it opens once
    before = _descriptors()
    for _ in range(8):
        _open_and_fail(provider)
    for _ in range(100):  # the other end of a connection, in this same process, closes a moment later
        if _descriptors() <= before:
            return
        time.sleep(0.02)
    assert _descriptors() == before


def _open_and_fail(provider: Provider) -> None:
    provider.open().check()
    with pytest.raises(KeyUnavailable):
        provider.open("missing")
