"""The keyring: what wraps, what unwraps, what is refused."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from keys.errors import KeysSealed, KeyStateError, KeyUnavailable, UnwrapError
from keys.keyring import MOST_WRAPS, KekRecord, Keyring
from keys.lifecycle import Use, allows
from keys.model import KeyState, KeyVersion, Secret
from keys.primitives import new_secret
from keys.wrapping import WrapRecord, dossier_key_context
from tests.keys.records import CountedRoot, kek, local_root

CONTEXT = dossier_key_context("d-dossier")
SECRET = Secret(bytes(range(32)))


def _unsealed(root: CountedRoot, *records: KekRecord) -> Keyring:
    keyring = Keyring.sealed()
    keyring.unseal(root, records)
    return keyring


@pytest.fixture
def root() -> CountedRoot:
    return CountedRoot(local_root())


def _wrap(keyring: Keyring, ring: str = "internal") -> bytes:
    return keyring.wrap(ring, SECRET, context=CONTEXT, random=secrets.token_bytes)


def test_wrapped_key_opens_after_the_next_unsealing(root: CountedRoot) -> None:
    """What one process wrapped, another that was unsealed with the same records opens."""
    record = kek(root)
    wrapped = _wrap(_unsealed(root, record))
    assert _unsealed(root, record).unwrap(wrapped, context=CONTEXT) == SECRET


def test_every_version_opens_what_it_wrapped_and_the_active_one_wraps(root: CountedRoot) -> None:
    """After a rotation old records open as before, and new ones carry the new version."""
    first = kek(root)
    old = _wrap(_unsealed(root, first))
    second = kek(root, version=2)
    keyring = _unsealed(root, replace(first, state=KeyState.DEACTIVATED), second)
    assert keyring.unwrap(old, context=CONTEXT) == SECRET
    assert WrapRecord.parse(_wrap(keyring)).key_id == second.key_id
    assert keyring.active_version("internal") == 2


def test_rewrapped_key_is_the_same_under_the_active_version(root: CountedRoot) -> None:
    """Rotation changes the wrapping, not the key."""
    first = kek(root)
    old = _wrap(_unsealed(root, first))
    keyring = _unsealed(root, replace(first, state=KeyState.DEACTIVATED), kek(root, version=2))
    rewrapped = keyring.rewrapper("internal", random=secrets.token_bytes)(old, CONTEXT)
    assert rewrapped is not None
    assert WrapRecord.parse(rewrapped).version == 2
    assert keyring.unwrap(rewrapped, context=CONTEXT) == SECRET


def test_one_record_that_does_not_open_keeps_no_other_from_being_rewrapped(root: CountedRoot) -> None:
    """Altered, moved to another place, or of a version that nobody knows: None in its place, the others as ever."""
    first = kek(root)
    before = _unsealed(root, first)
    good, altered = _wrap(before), bytearray(_wrap(before))
    altered[-1] ^= 1
    stranger = _wrap(_unsealed(root, kek(root)))
    keyring = _unsealed(root, replace(first, state=KeyState.DEACTIVATED), kek(root, version=2))
    elsewhere = dossier_key_context("elsewhere")
    records = [(bytes(altered), CONTEXT), (good, elsewhere), (stranger, CONTEXT), (b"none", CONTEXT), (good, CONTEXT)]

    rewrap = keyring.rewrapper("internal", random=secrets.token_bytes)
    *refused, rewrapped = [rewrap(record, context) for record, context in records]

    assert refused == [None] * 4
    assert rewrapped is not None
    assert keyring.unwrap(rewrapped, context=CONTEXT) == SECRET


@pytest.mark.parametrize("state", list(KeyState))
@pytest.mark.parametrize("use", [Use.UNWRAP, Use.RESEAL])
def test_version_opens_only_what_its_state_allows(root: CountedRoot, state: KeyState, use: Use) -> None:
    """Each state opens exactly for the uses of the table."""
    record = kek(root)
    wrapped = _wrap(_unsealed(root, record))
    keyring = _unsealed(root, replace(record, state=state))
    if allows(state, use):
        assert keyring.unwrap(wrapped, context=CONTEXT, use=use) == SECRET
    else:
        with pytest.raises(KeyStateError):
            keyring.unwrap(wrapped, context=CONTEXT, use=use)


@pytest.mark.parametrize("state", [state for state in KeyState if state is not KeyState.ACTIVE])
def test_ring_without_an_active_version_wraps_nothing(root: CountedRoot, state: KeyState) -> None:
    """No other state ever wraps."""
    keyring = _unsealed(root, kek(root, state=state))
    with pytest.raises(KeyStateError):
        _wrap(keyring)


def test_sealed_keyring_refuses_everything(root: CountedRoot) -> None:
    """Before unsealing and after sealing there is no key to be had."""
    record = kek(root)
    keyring = _unsealed(root, record)
    wrapped = _wrap(keyring)
    keyring.seal()
    for each in (keyring, Keyring.sealed()):
        assert each.is_sealed
        for attempt in (
            lambda each=each: _wrap(each),
            lambda each=each: each.unwrap(wrapped, context=CONTEXT),
            lambda each=each: each.active_version("internal"),
            lambda each=each: each.next_version("internal"),
            lambda each=each: each.unavailable_versions,
        ):
            with pytest.raises(KeysSealed):
                attempt()


def test_provider_is_asked_once_for_each_usable_version(root: CountedRoot) -> None:
    """Unsealing costs one call per key, wraps and unwraps cost none, and destroyed keys are not asked for."""
    records = [kek(root), kek(root, version=2, state=KeyState.DEACTIVATED), kek(root, ring="secret")]
    gone = [
        kek(root, version=number, state=state) for number, state in ((3, KeyState.DESTROYED), (4, KeyState.SUSPENDED))
    ]
    keyring = _unsealed(root, *records, *gone)
    for _ in range(5):
        keyring.unwrap(_wrap(keyring), context=CONTEXT)
    assert len(root.asked) == 3


def test_unsealing_again_asks_for_new_versions_only(root: CountedRoot) -> None:
    """A rotation elsewhere is taken up without asking for every key again."""
    first, second = kek(root), kek(root, version=2)
    keyring = _unsealed(root, first)
    keyring.unseal(root, [replace(first, state=KeyState.DEACTIVATED), second])
    assert len(root.asked) == 2
    assert keyring.active_version("internal") == 2


def test_failed_unsealing_changes_nothing(root: CountedRoot) -> None:
    """Out of reach in the middle: a sealed keyring stays sealed, an unsealed one goes on as it was."""
    first, second = kek(root), kek(root, version=2)
    sealed, unsealed = Keyring.sealed(), _unsealed(root, first)
    root.is_reachable = False
    for keyring in (sealed, unsealed):
        with pytest.raises(KeyUnavailable):
            keyring.unseal(root, [replace(first, state=KeyState.DEACTIVATED), second])
    assert sealed.is_sealed
    assert unsealed.active_version("internal") == 1


def test_another_root_key_is_named_as_the_operators_mistake(root: CountedRoot) -> None:
    """A wrong root key is told apart from tampering by its name."""
    with pytest.raises(KeyUnavailable):
        Keyring.sealed().unseal(local_root(), [kek(root)])


@pytest.mark.parametrize("change", [{"ring": "secret"}, {"version": KeyVersion(2)}, {"key_id": bytes(16)}])
def test_key_record_moved_to_another_ring_or_name_is_refused(root: CountedRoot, change: dict[str, Any]) -> None:
    """A key cannot be made to serve another class by editing its row, not even while it is held."""
    record = kek(root)
    for keyring in (Keyring.sealed(), _unsealed(root, record)):
        with pytest.raises(UnwrapError):
            keyring.unseal(root, [replace(record, **change)])


def test_key_record_with_altered_bytes_is_refused(root: CountedRoot) -> None:
    """A flipped bit in a stored key stops the unsealing, not even while the key is held."""
    record = kek(root)
    altered = replace(record, wrapped=record.wrapped[:-1] + bytes([record.wrapped[-1] ^ 1]))
    for keyring in (Keyring.sealed(), _unsealed(root, record)):
        with pytest.raises(UnwrapError):
            keyring.unseal(root, [altered])


def test_two_active_versions_of_one_ring_are_refused(root: CountedRoot) -> None:
    """It is never by chance which key wraps."""
    with pytest.raises(KeyStateError):
        _unsealed(root, kek(root), kek(root, version=2))


def test_two_records_with_one_number_are_refused(root: CountedRoot) -> None:
    """A number means one key for ever."""
    with pytest.raises(KeyStateError):
        _unsealed(root, kek(root), kek(root, state=KeyState.DEACTIVATED))


def test_unknown_version_is_unavailable_and_no_other_key_is_tried(root: CountedRoot) -> None:
    """A record of a key that is not among the records opens nowhere, and the error names it."""
    wrapped = _wrap(_unsealed(root, kek(root)))
    with pytest.raises(KeyUnavailable, match=WrapRecord.parse(wrapped).key_id.hex()):
        _unsealed(root, kek(root)).unwrap(wrapped, context=CONTEXT)


def test_record_in_another_context_is_refused(root: CountedRoot) -> None:
    """A dossier's key does not open as another dossier's."""
    keyring = _unsealed(root, kek(root))
    with pytest.raises(UnwrapError):
        keyring.unwrap(_wrap(keyring), context=dossier_key_context("d-other"))


@pytest.mark.parametrize("length", [0, 81, 83])
def test_malformed_record_is_refused(root: CountedRoot, length: int) -> None:
    """A record of another form is refused before any key is looked for."""
    with pytest.raises(UnwrapError):
        _unsealed(root, kek(root)).unwrap(bytes(length), context=CONTEXT)


def test_worn_out_version_wraps_no_more_but_opens(root: CountedRoot) -> None:
    """At the limit the key asks to be rotated; the wrap before it still works."""
    keyring = _unsealed(root, replace(kek(root), wraps=MOST_WRAPS - 1))
    wrapped = _wrap(keyring)
    with pytest.raises(KeyStateError, match="rotate"):
        _wrap(keyring)
    assert keyring.unwrap(wrapped, context=CONTEXT) == SECRET


def test_wraps_that_were_not_stored_are_not_forgotten(root: CountedRoot) -> None:
    """Unsealing again with an older counter does not give wraps back."""
    record = kek(root)
    keyring = _unsealed(root, record)
    for _ in range(3):
        _wrap(keyring)
    keyring.unseal(root, [record])
    assert keyring.wraps_of("internal") == 3


def test_numbers_of_destroyed_versions_are_not_used_again(root: CountedRoot) -> None:
    """The next number is above every one there ever was in the ring."""
    keyring = _unsealed(
        root, kek(root), kek(root, version=5, state=KeyState.DESTROYED), kek(root, ring="secret", version=9)
    )
    assert keyring.next_version("internal") == 6
    assert keyring.next_version("unheard-of") == 1


def test_versions_that_open_nothing_are_listed(root: CountedRoot) -> None:
    """An operator sees which versions are unusable and in which state."""
    held = [kek(root), kek(root, version=2, state=KeyState.SUSPENDED), kek(root, version=3, state=KeyState.DESTROYED)]
    listed = _unsealed(root, *held).unavailable_versions
    assert [(each.version, each.state) for each in listed] == [(2, KeyState.SUSPENDED), (3, KeyState.DESTROYED)]


def test_threads_wrap_unwrap_and_rotate_together(root: CountedRoot) -> None:
    """Every wrap of many threads is counted once and opens, while the keyring is unsealed anew beside them."""
    first, second = kek(root), kek(root, version=2)
    keyring = _unsealed(root, first)
    after = [replace(first, state=KeyState.DEACTIVATED), second]

    def work(number: int) -> bytes:
        if number == 60:
            keyring.unseal(root, after)
        secret = new_secret(secrets.token_bytes)
        wrapped = keyring.wrap("internal", secret, context=CONTEXT, random=secrets.token_bytes)
        assert keyring.unwrap(wrapped, context=CONTEXT) == secret
        return wrapped

    with ThreadPoolExecutor(8) as pool:
        versions = [WrapRecord.parse(wrapped).version for wrapped in pool.map(work, range(200))]
    assert set(versions) == {1, 2}
    assert keyring.wraps_of("internal") == versions.count(KeyVersion(2))
