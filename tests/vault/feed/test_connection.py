"""Connections over TCP and TLS: what is handed over has arrived, ends are noticed, nobody is believed without proof."""

from __future__ import annotations

import gc
import ssl
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.vault.feed.authority import Authority, serving_as
from tests.vault.feed.collector import Collector, collecting, free_port, until
from vault.errors import Unavailable
from vault.feed.outputs.connection import ConnectionOutput, TlsSettings


def output_to(
    collector: Collector | int, *, tls: TlsSettings | None = None, send_seconds: float = 20.0
) -> ConnectionOutput:
    port = collector if isinstance(collector, int) else collector.port
    return ConnectionOutput(
        "127.0.0.1",
        port,
        tls=tls,
        monotonic=time.monotonic,
        pause=threading.Event().wait,
        send_seconds=send_seconds,
        connect_seconds=5.0,
    )


def test_everything_that_was_handed_over_arrives_in_order(collector: Collector) -> None:
    """Several batches, each bigger than a buffer."""
    output = output_to(collector)
    content = [bytes([number]) * 300_000 for number in range(5)]
    for each in content:
        output.send(each)
    output.close()

    until(lambda: collector.size() == 1_500_000)
    assert bytes(collector.taken[0].content) == b"".join(content)
    assert len(collector.taken) == 1


def test_nobody_who_listens_is_unreachable() -> None:
    """And nothing is left open."""
    output = output_to(free_port())
    with pytest.raises(Unavailable, match=r"feed\.unreachable"):
        output.open()
    assert not output.is_open


def test_end_of_a_connection_is_noticed_without_sending(collector: Collector) -> None:
    """By looking, within the second in which the loop looks."""
    output = output_to(collector)
    output.send(b"one")
    until(lambda: collector.size() == 3)
    collector.close()

    with pytest.raises(Unavailable, match=r"feed\.broken"):
        _repeat(output.check)
    assert not output.is_open


def test_collector_that_does_not_read_is_given_up_in_time(collector: Collector) -> None:
    """What the other machine has not acknowledged was not handed over, however much our own side has buffered."""
    collector.is_deaf = True
    output = output_to(collector, send_seconds=0.5)
    started = time.monotonic()
    with pytest.raises(Unavailable, match=r"feed\.slow"):
        output.send(b"x" * 20_000_000)
    assert time.monotonic() - started < 10
    assert not output.is_open


def test_what_the_collector_says_is_thrown_away(collector: Collector) -> None:
    """A collector that greets or answers is no error, and fills nothing up."""
    output = output_to(collector)
    output.send(b"one")
    until(lambda: bool(collector._open))
    collector._open[0].sendall(b"220 welcome\n" * 10_000)
    for _ in range(5):
        output.send(b"two")
    output.close()
    until(lambda: collector.size() == 18)


def test_tls_with_our_certificate_authority_and_the_right_name(authority: Authority) -> None:
    """The certificate is for the name that is configured, not for the address that is dialled."""
    with collecting(context=serving_as(authority.issue("siem.example.com"))) as collector:
        output = output_to(collector, tls=TlsSettings("siem.example.com", authority.file))
        output.send(b"sealed on its way")
        output.close()
        until(lambda: collector.size() == 17)


def test_collector_of_another_name_authority_or_time_is_not_believed(authority: Authority, tmp_path: Path) -> None:
    """Each of the three alone is enough; not a byte is sent."""
    (tmp_path / "other").mkdir()
    stranger = Authority(tmp_path / "other", "Another CA")
    for identity, believed in (
        (authority.issue("other.example.com"), authority),
        (stranger.issue("siem.example.com"), authority),
        (authority.issue("siem.example.com", days=-1), authority),
    ):
        with collecting(context=serving_as(identity)) as collector:
            output = output_to(collector, tls=TlsSettings("siem.example.com", believed.file))
            with pytest.raises(Unavailable, match=r"feed\.certificate"):
                output.send(b"secret")
            assert collector.size() == 0


def test_collector_that_wants_a_certificate_gets_ours(authority: Authority) -> None:
    """Without one it refuses, which is told as such."""
    context = serving_as(authority.issue("siem.example.com"), clients_of=authority)
    ours = authority.issue("vault.example.com")
    with collecting(context=context) as collector:
        known = TlsSettings("siem.example.com", authority.file, ours.certificate, ours.key)
        output = output_to(collector, tls=known)
        output.send(b"known")
        output.close()
        until(lambda: collector.size() == 5)

        unknown = output_to(collector, tls=TlsSettings("siem.example.com", authority.file))
        with pytest.raises(Unavailable, match=r"feed\.(certificate|broken)"):
            _repeat(lambda: unknown.send(b"unknown"))
        assert collector.size() == 5


def test_plain_text_where_tls_is_expected_is_no_connection(collector: Collector, authority: Authority) -> None:
    """There is no falling back."""
    output = output_to(collector, tls=TlsSettings("siem.example.com", authority.file))
    threading.Timer(0.2, collector.close).start()
    with pytest.raises(Unavailable, match=r"feed\.(unreachable|certificate|broken)"):
        output.send(b"secret")
    assert b"secret" not in b"".join(bytes(taken.content) for taken in collector.taken)


def test_old_versions_of_tls_are_refused(authority: Authority) -> None:
    """TLS 1.2 is the least."""
    context = TlsSettings("siem.example.com", authority.file).context()

    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED


def test_certificate_files_that_are_away_are_told_as_such(collector: Collector, tmp_path: Path) -> None:
    """A renewal that went wrong is not taken for a network that is down."""
    output = output_to(collector, tls=TlsSettings("siem.example.com", tmp_path / "away.pem"))
    with pytest.raises(Unavailable, match=r"feed\.certificate"):
        output.open()


def test_hundreds_of_reconnects_leave_nothing_behind(authority: Authority) -> None:
    """No file descriptor, no thread, no growing memory: half of them refused, half of them cut."""
    identity = authority.issue("siem.example.com")
    settings, closed_port = TlsSettings("siem.example.com", authority.file), free_port()
    with collecting(context=serving_as(identity)) as collector:

        def reconnect(times: int) -> None:
            output, refused = output_to(collector, tls=settings), output_to(closed_port)
            for _ in range(times):
                output.send(b"x")
                output.close()
                with pytest.raises(Unavailable):
                    refused.send(b"x")

        reconnect(20)
        before, threads = _descriptors(), _own_threads()
        reconnect(200)
        until(lambda: _descriptors() <= before + 2)
        assert _own_threads() == threads


def _repeat(act: Callable[[], None]) -> None:
    """Until it raises; AssertionError if it never does."""
    deadline = time.monotonic() + 30.0
    while time.monotonic() < deadline:
        act()
    raise AssertionError("it went on")


def _descriptors() -> int:
    gc.collect()
    return len(list(Path("/proc/self/fd").iterdir()))


def _own_threads() -> int:
    return len([each for each in threading.enumerate() if not each.name.startswith("collector")])
