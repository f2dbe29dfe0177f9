"""The worker's loops, each in a thread of its own: one that fails waits and goes on, and stops none of the others."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from vault.alerts.digesting import digest_once
from vault.alerts.scoring import score_once
from vault.anchors.placing import place_once
from vault.anchors.port import Anchor
from vault.anchors.proving import prove_once
from vault.custody.attention import raise_attention
from vault.custody.manifest import store_if_changed
from vault.custody.working import work_once
from vault.feed.alarm import watch_feeds
from vault.feed.sending import FeedSender
from vault.feed.setup import make_output
from vault.filing.conversion import convert_next
from vault.notices.mailing import mail_next
from vault.notices.smtp import SmtpMailer
from vault.runtime import Vault
from vault.trail.erasing.working import erase_once
from vault.trail.exports.making import make_next
from vault.trail.exports.sheet import ExportWords
from vault.worker.policy_record import record_policy
from vault.worker.sweeping import keep_high_water_mark, sweep

SEQUENCING_SECONDS = 0.2
CONVERSION_SECONDS = 0.5
EXPORT_SECONDS = 0.5
SWEEP_SECONDS = 5.0
CUSTODY_SECONDS = 1.0
ATTENTION_SECONDS = 30.0
SCORING_SECONDS = 10.0
DIGEST_SECONDS = 300.0
FEED_SECONDS = 1.0
MAIL_SECONDS = 2.0
PROVING_SECONDS = 0.5
ANCHORING_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0

Report = Callable[[str, BaseException], None]
"""Told the name of a loop and what went wrong in it; logs it without contents."""


def _nothing() -> None:
    """Most loops hold nothing that has to be given back."""


@dataclass(frozen=True, slots=True)
class Loop:
    """``step`` answers whether there was something to do; if so it is asked again at once. ``end`` is called last."""

    name: str
    step: Callable[[], bool]
    pause_seconds: float
    end: Callable[[], None] = _nothing


def worker_loops(vault: Vault, *, sequence: Callable[[], int], words: ExportWords) -> list[Loop]:
    """The loops of every node: sequencing, conversion, exports, keys, erasing, sweeping, alerts, feeds, attention.

    ``words`` are those that exports are written with.
    """
    worker = vault.random(16).hex()  # a new name each start: what a killed process held lapses
    return [
        Loop("sequencing", lambda: sequence() > 0, SEQUENCING_SECONDS),
        Loop("conversion", lambda: not vault.is_sealed and convert_next(vault), CONVERSION_SECONDS),
        Loop("exports", lambda: not vault.is_sealed and make_next(vault, words=words, worker=worker), EXPORT_SECONDS),
        Loop("custody", lambda: not vault.is_sealed and work_once(vault, worker=worker), CUSTODY_SECONDS),
        Loop("custody at once", lambda: not vault.is_sealed and _stop_harm(vault, worker), CUSTODY_SECONDS),
        Loop("erasing", lambda: erase_once(vault, worker=worker), CUSTODY_SECONDS),
        Loop("manifest", lambda: not vault.is_sealed and _store_manifest(vault), _manifest_seconds(vault)),
        Loop("sweeping", lambda: _sweep_once(vault), SWEEP_SECONDS),
        *_mail_loops(vault),
        Loop("attention", lambda: raise_attention(vault) > 0, ATTENTION_SECONDS),
        Loop("alerts", lambda: score_once(vault), SCORING_SECONDS),
        Loop("digests", lambda: digest_once(vault), DIGEST_SECONDS),
        *_feed_loops(vault, worker),
        *_anchor_loops(vault),
    ]


def run_loops(loops: list[Loop], *, stop_event: threading.Event, report: Report) -> list[threading.Thread]:
    """Starts a thread for each loop; set ``stop_event`` and join them to end."""
    threads = [
        threading.Thread(
            target=run_loop, args=(loop,), kwargs={"stop_event": stop_event, "report": report}, name=loop.name
        )
        for loop in loops
    ]
    for thread in threads:
        thread.start()
    return threads


def run_loop(loop: Loop, *, stop_event: threading.Event, report: Report) -> None:
    """Steps until ``stop_event``; after a failure with growing pauses, since what is away comes back by itself."""
    failures = 0
    while not stop_event.is_set():
        try:
            busy = loop.step()
            failures = 0
        except Exception as error:  # noqa: BLE001 - a loop that dies unseen is worse than one that tries again
            busy, failures = False, failures + 1
            report(loop.name, error)
        if not busy:
            stop_event.wait(min(loop.pause_seconds * 2 ** min(failures, 10), LONGEST_PAUSE_SECONDS))
    loop.end()


def _feed_loops(vault: Vault, worker: str) -> list[Loop]:
    """A loop for each feed, so that one whose monitor is away holds up no other; and one that looks at all of them."""
    feeds = [feed for feed in vault.config.feeds if feed.output != "stdout"]
    senders = [
        FeedSender(vault, feed, output=make_output(feed, monotonic=vault.monotonic), holder=worker) for feed in feeds
    ]
    loops = [Loop(f"feed {each.name}", each.step, FEED_SECONDS, each.close) for each in senders]
    return [*loops, Loop("feeds' alarms", lambda: watch_feeds(vault) > 0, ATTENTION_SECONDS)]


def _anchor_loops(vault: Vault) -> list[Loop]:
    """One that asks the anchors whether this database is theirs, and one for each: none waits for another."""
    if not vault.anchors:
        return []

    def placing(anchor: Anchor) -> Callable[[], bool]:
        return lambda: place_once(vault, anchor)

    asking = Loop("outside", lambda: prove_once(vault), PROVING_SECONDS)
    return [asking, *(Loop(f"anchor {each.name}", placing(each), ANCHORING_SECONDS) for each in vault.anchors)]


def _mail_loops(vault: Vault) -> list[Loop]:
    if vault.config.mail is None:
        return []
    mailer = SmtpMailer(vault.config.mail)
    return [Loop("mail", lambda: mail_next(vault, mailer), MAIL_SECONDS)]


def _stop_harm(vault: Vault, worker: str) -> bool:
    """Beside the loop that may be copying a big object: a key is suspended or marked without waiting for that."""
    return work_once(vault, worker=f"{worker}, at once", urgent_only=True)


def _store_manifest(vault: Vault) -> bool:
    store_if_changed(vault)
    return False  # at most one in each period


def _manifest_seconds(vault: Vault) -> float:
    return vault.config.custody.manifest_minutes * 60.0


def _sweep_once(vault: Vault) -> bool:
    record_policy(vault)
    report = sweep(vault)
    keep_high_water_mark(vault)
    return report.did_something
