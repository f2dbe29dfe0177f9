"""The S3 store behind a proxy that misbehaves: every fault ends soon, in one of our few errors, or in success."""

from __future__ import annotations

import io
import itertools
import os
from collections.abc import Callable, Iterator

import pytest

from tests.servers import S3Server
from tests.vault.storage.conftest import NewS3Store
from tests.vault.storage.fault_proxy import Fault, FaultProxy, always, once, running_fault_proxy
from vault.errors import TamperError, Unavailable, VaultError
from vault.storage import s3_transport
from vault.storage.port import ObjectKey
from vault.storage.s3 import PART_BYTES, S3Store

KEY = ObjectKey("o/ab/cd01")
SMALL, LARGE = os.urandom(100_000), os.urandom(PART_BYTES + 1000)


@pytest.fixture
def proxy(s3_server: S3Server) -> Iterator[FaultProxy]:
    with running_fault_proxy(s3_server.endpoint) as running:
        yield running


@pytest.fixture
def faulty(new_s3_store: NewS3Store, proxy: FaultProxy) -> S3Store:
    """A store that goes through the proxy."""
    return new_s3_store(endpoint=proxy.endpoint)


def _put(store: S3Store, content: bytes) -> None:
    store.put(KEY, io.BytesIO(content), size=len(content))


def _read(store: S3Store) -> bytes:
    with store.open_stream(KEY) as stream:
        return stream.read()


READS: dict[str, Callable[[S3Store], object]] = {
    "range": lambda store: store.open_range(KEY, offset=10, length=50_000),
    "stream": _read,
}
SURVIVED = (Fault.DELAY, Fault.RESET, Fault.DROP_ANSWER, Fault.UNAVAILABLE)


@pytest.mark.parametrize("fault", SURVIVED)
@pytest.mark.parametrize("content", [SMALL, LARGE], ids=["one_part", "two_parts"])
def test_put_survives_one_fault(faulty: S3Store, proxy: FaultProxy, fault: Fault, content: bytes) -> None:
    """Delay, reset, lost answer and a 503 cost one more try."""
    proxy.plan = once(fault)

    _put(faulty, content)

    assert _read(faulty) == content


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("fault", [Fault.RESET, Fault.DROP_ANSWER])
def test_put_in_parts_survives_a_fault_at_each_step(
    faulty: S3Store, proxy: FaultProxy, fault: Fault, number: int
) -> None:
    """Beginning, first part, second part, completion: also when the completion's answer is lost."""
    proxy.plan = lambda request: fault if request.number == number else None

    _put(faulty, LARGE)

    assert _read(faulty) == LARGE


def test_completion_whose_answers_are_all_lost_is_found_done(faulty: S3Store, proxy: FaultProxy) -> None:
    """When only the answer is missing, the store is asked instead of failing the upload."""
    proxy.plan = lambda request: Fault.DROP_ANSWER if request.is_completion else None

    _put(faulty, LARGE)

    assert _read(faulty) == LARGE


def test_put_that_always_lies_is_found(faulty: S3Store, proxy: FaultProxy) -> None:
    """An upload counts only when the store, asked again, has it."""
    proxy.plan = always(Fault.LIE, method="PUT")

    with pytest.raises(Unavailable) as refusal:
        _put(faulty, SMALL)

    assert refusal.value.code == "store.unreliable"


def test_completion_that_lies_is_found(faulty: S3Store, proxy: FaultProxy) -> None:
    """200 with an error in its body is no success: that is how such answers come."""
    proxy.plan = lambda request: Fault.LIE if request.is_completion else None

    with pytest.raises(Unavailable):
        _put(faulty, LARGE)

    assert list(faulty.list_objects()) == []


FATAL = (Fault.RESET, Fault.UNAVAILABLE, Fault.HTML, Fault.REDIRECT)


@pytest.mark.parametrize("fault", FATAL)
@pytest.mark.parametrize("content", [SMALL, LARGE], ids=["one_part", "two_parts"])
def test_put_to_a_broken_store_is_unavailable(faulty: S3Store, proxy: FaultProxy, fault: Fault, content: bytes) -> None:
    """For ever broken is the operator's matter, whatever it looks like."""
    proxy.plan = always(fault)

    with pytest.raises(Unavailable):
        _put(faulty, content)


@pytest.mark.parametrize("read", READS.values(), ids=READS.keys())
@pytest.mark.parametrize("fault", SURVIVED)
def test_read_survives_one_fault(
    faulty: S3Store, proxy: FaultProxy, fault: Fault, read: Callable[[S3Store], bytes]
) -> None:
    """Delay, reset, lost answer and a 503 cost one more try."""
    _put(faulty, SMALL)
    proxy.plan = once(fault, method="GET")

    assert read(faulty) in (SMALL, SMALL[10:50_010])


@pytest.mark.parametrize("read", READS.values(), ids=READS.keys())
@pytest.mark.parametrize("fault", [Fault.RESET, Fault.DROP_ANSWER, Fault.UNAVAILABLE, Fault.REDIRECT, Fault.CUT_BODY])
def test_read_from_a_broken_store_is_unavailable(
    faulty: S3Store, proxy: FaultProxy, fault: Fault, read: Callable[[S3Store], object]
) -> None:
    """Told from a lost or altered object, so that no alert is raised."""
    _put(faulty, SMALL)
    proxy.plan = always(fault, method="GET")

    with pytest.raises(Unavailable):
        read(faulty)


def test_range_cut_once_is_read_again(faulty: S3Store, proxy: FaultProxy) -> None:
    """A page survives a broken connection."""
    _put(faulty, SMALL)
    proxy.plan = once(Fault.CUT_BODY, method="GET")

    assert faulty.open_range(KEY, offset=10, length=50_000) == SMALL[10:50_010]


@pytest.mark.parametrize("fault", [Fault.SHORTEN, Fault.HTML, Fault.LIE])
def test_range_of_another_length_is_tampering(faulty: S3Store, proxy: FaultProxy, fault: Fault) -> None:
    """Fewer bytes than asked for, or a web page instead, never pass for the page."""
    _put(faulty, SMALL)
    proxy.plan = always(fault, method="GET")

    with pytest.raises(TamperError) as found:
        faulty.open_range(KEY, offset=10, length=50_000)

    assert found.value.code == "object.length"


def test_flipped_bit_comes_through_the_store(faulty: S3Store, proxy: FaultProxy) -> None:
    """The store does not see it; that is what sealing is for (tests/attacks/test_sealed_objects.py)."""
    _put(faulty, SMALL)
    proxy.plan = always(Fault.FLIP_BIT, method="GET")

    assert faulty.open_range(KEY, offset=10, length=50_000) != SMALL[10:50_010]


def test_redirect_is_never_followed(faulty: S3Store, proxy: FaultProxy, s3_server: S3Server) -> None:
    """No request, and no body, reaches a host that the settings do not name."""
    with running_fault_proxy(s3_server.endpoint) as elsewhere:
        proxy.redirect_to = elsewhere.endpoint
        proxy.plan = always(Fault.REDIRECT)

        for ask in (
            lambda: _put(faulty, SMALL),
            lambda: _read(faulty),
            lambda: faulty.stat(KEY),
            lambda: faulty.delete(KEY),
            lambda: list(faulty.list_objects()),
        ):
            with pytest.raises(Unavailable):
                ask()

        assert elsewhere.seen == []


def test_request_is_tried_twice_at_most(faulty: S3Store, proxy: FaultProxy) -> None:
    """And the server's wish to be asked again in an hour is not obeyed: the test would not end."""
    proxy.plan = always(Fault.UNAVAILABLE)

    with pytest.raises(Unavailable) as refusal:
        faulty.open_range(KEY, offset=0, length=10)

    assert refusal.value.params == {"status": 503}
    assert len(proxy.seen) == 2


def test_silent_store_is_given_up(new_s3_store: NewS3Store, proxy: FaultProxy, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that accepts connections and says nothing holds nobody for long."""
    monkeypatch.setattr(s3_transport, "WAIT_SECONDS", 0.2)
    proxy.plan = always(Fault.SILENCE)

    with pytest.raises(Unavailable):
        new_s3_store(endpoint=proxy.endpoint).stat(KEY)

    assert len(proxy.seen) == 2


def test_read_that_never_gets_on_is_given_up(new_s3_store: NewS3Store) -> None:
    """Each wait is short, and yet it would take for ever: the deadline is over the whole stream."""
    clock = itertools.count(step=60.0)  # a minute passes at each look
    store = new_s3_store(monotonic=lambda: next(clock))
    _put(store, SMALL)

    with pytest.raises(Unavailable) as refusal:
        _read(store)

    assert refusal.value.code == "store.too_slow"


def test_write_that_never_gets_on_is_given_up(new_s3_store: NewS3Store) -> None:
    """The same on the way in, between two parts; nothing is left."""
    clock = itertools.count(step=600.0)
    store = new_s3_store(monotonic=lambda: next(clock))

    with pytest.raises(Unavailable) as refusal:
        _put(store, LARGE)

    assert refusal.value.code == "store.too_slow"
    assert list(store.list_objects()) == []


@pytest.mark.parametrize("settings", [{"secret_key": "wrong-secret"}, {"access_key": "nobody"}])
def test_wrong_credentials_are_denied(new_s3_store: NewS3Store, settings: dict[str, str]) -> None:
    """The operator learns that it is the key, not the network."""
    with pytest.raises(Unavailable) as refusal:
        new_s3_store(**settings).probe()

    assert refusal.value.code == "store.denied"


def test_missing_bucket_is_named(new_s3_store: NewS3Store) -> None:
    """Not taken for an empty one."""
    store = new_s3_store(bucket="never-made")

    for ask in (store.probe, lambda: list(store.list_objects()), lambda: _put(store, LARGE)):
        with pytest.raises(Unavailable) as refusal:
            ask()
        assert refusal.value.code == "store.bucket_missing"


@pytest.mark.parametrize("fault", list(Fault), ids=lambda fault: fault.name.lower())
def test_every_fault_ends_in_an_error_of_ours(
    faulty: S3Store, proxy: FaultProxy, monkeypatch: pytest.MonkeyPatch, fault: Fault
) -> None:
    """Whatever the fault and whatever the call, no foreign exception gets out."""
    monkeypatch.setattr(s3_transport, "WAIT_SECONDS", 0.2)
    proxy.plan = always(fault)
    for ask in (
        lambda: _put(faulty, LARGE),
        lambda: _read(faulty),
        lambda: faulty.open_range(KEY, offset=0, length=10),
        lambda: faulty.stat(KEY),
        lambda: list(faulty.list_objects()),
        lambda: faulty.delete(KEY),
        faulty.probe,
    ):
        try:
            ask()
        except VaultError:
            continue


def test_object_survives_a_failed_upload_under_another_key(faulty: S3Store, proxy: FaultProxy) -> None:
    """A store that was away is used again without being opened anew."""
    proxy.plan = always(Fault.RESET)
    with pytest.raises(Unavailable):
        _put(faulty, SMALL)
    proxy.plan = lambda _request: None

    _put(faulty, SMALL)

    assert _read(faulty) == SMALL
