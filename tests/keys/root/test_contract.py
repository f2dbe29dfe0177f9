"""What every root key provider guarantees: one suite, run over all of them."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keys.errors import KeysError, KeyUnavailable, UnwrapError
from keys.model import KEY_ID_BYTES, EncryptionContext, KeyId, KeyVersion, Secret
from keys.primitives import Argon2Profile, new_secret
from keys.root import create_root_key, open_root_key, passphrase
from keys.root.port import RootKey
from keys.root.registry import PROVIDERS
from keys.wrapping import kek_context

PASSPHRASE = "correct horse battery staple"
CONTEXT = kek_context("internal", KeyId(bytes(16)), KeyVersion(1))


@dataclass(frozen=True)
class Provider:
    """One provider, its keys at a test's own places."""

    scheme: str
    folder: Path

    def uri(self, name: str = "root") -> str:
        return f"{self.scheme}:{self.folder / name}"

    def create(self, name: str = "root") -> RootKey:
        if self.scheme == "passphrase":  # by its module, to name the cheap profile
            location = str(self.folder / name)
            return passphrase.create_root_key(
                location, passphrase=_asked, random=secrets.token_bytes, profile=Argon2Profile.TESTING
            )
        return create_root_key(self.uri(name), random=secrets.token_bytes)

    def open(self, name: str = "root") -> RootKey:
        return open_root_key(self.uri(name), passphrase=_asked)


def _asked() -> str:
    return PASSPHRASE


@pytest.fixture(params=sorted(PROVIDERS))
def provider(request: pytest.FixtureRequest, tmp_path: Path) -> Provider:
    return Provider(request.param, tmp_path)


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
    assert open_root_key(created.uri, passphrase=_asked).key_id == created.key_id


def test_missing_key_is_unavailable_and_none_is_made(provider: Provider) -> None:
    """Starting with a missing key never invents one."""
    with pytest.raises(KeyUnavailable):
        provider.open()
    assert list(provider.folder.iterdir()) == []


def test_existing_key_is_never_replaced(provider: Provider) -> None:
    """Creating where there is a key fails and leaves it as it was."""
    created = provider.create()
    before = {path.name: path.read_bytes() for path in provider.folder.iterdir()}
    with pytest.raises(KeyUnavailable, match="never replaced"):
        provider.create()
    assert {path.name: path.read_bytes() for path in provider.folder.iterdir()} == before
    assert provider.open().key_id == created.key_id


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


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_altered_wrap_gives_one_of_our_errors(provider: Provider, data: st.DataObject) -> None:
    """Any bytes at all give a key error, never a foreign exception and never a key."""
    root = provider.open() if any(provider.folder.iterdir()) else provider.create()
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


def _remove(place: Path) -> None:
    place.unlink()


def _open_to_all(place: Path) -> None:
    place.chmod(0o644)


def _cut(place: Path) -> None:
    place.write_bytes(place.read_bytes()[:-10])


def _exchange(place: Path) -> None:
    place.write_bytes(place.with_name("other").read_bytes())


@pytest.mark.parametrize("harm", [_remove, _open_to_all, _cut, _exchange])
def test_check_finds_a_key_that_is_gone_exposed_damaged_or_exchanged(
    provider: Provider, harm: Callable[[Path], None]
) -> None:
    """A vault that runs on says that it would not start again."""
    root = provider.create()
    provider.create("other")
    harm(provider.folder / "root")
    with pytest.raises(KeyUnavailable):
        root.check()


def test_key_does_not_show_in_text_or_errors(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the key's text nor any error of a wrong use holds key bytes or passphrase."""
    root = provider.create()
    secret: Secret = root.secret  # type: ignore[attr-defined]
    shown = [repr(root), root.uri]
    for attempt in (lambda: root.unwrap(b"", context=CONTEXT), provider.create, lambda: provider.open("missing")):
        with pytest.raises(KeysError) as caught:
            attempt()
        shown.append(str(caught.value))
    for text in shown:
        assert secret.reveal().hex() not in text
        assert PASSPHRASE not in text


def _descriptors() -> int:
    return len(list(Path("/dev/fd").iterdir()))


def test_no_descriptor_is_left_open(provider: Provider) -> None:
    """Opening, checking and failing leave no file open."""
    provider.create().check()
    (provider.folder / "folder").mkdir()
    before = _descriptors()
    for _ in range(20):
        provider.open().check()
        for wrong in ("missing", "folder"):
            with pytest.raises(KeyUnavailable):
                provider.open(wrong)
    assert _descriptors() == before
