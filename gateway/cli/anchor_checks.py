"""What ``doctor`` says of the anchors: how much is not anchored yet and since when, and a line for each anchor.

Nothing is changed by asking. Who can be asked later says what it holds now; a time-stamping authority keeps nothing,
so its line is what came of the last time that it was used.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from gateway.cli.words import say
from gateway.sentences import sentence_for_code, sentence_in
from vault.anchors.gate import BEHIND, DIFFERS
from vault.anchors.judging import Verdict
from vault.anchors.port import Anchor
from vault.anchors.proving import ask_anchors
from vault.anchors.standing import AnchorsStanding, AnchorState, load_anchors
from vault.database.engine import reading
from vault.errors import VaultError
from vault.runtime import Vault

Check = tuple[str, bool, str]
_CODES = {
    Verdict.AGREED: "",
    Verdict.BEHIND: BEHIND,
    Verdict.DIFFERS: DIFFERS,
    Verdict.GARBAGE: "anchor.unreadable",
    Verdict.EMPTIED: "anchor.emptied",
    None: "anchor.unreachable",
}


def check_anchors(locale: str, vault: Vault) -> list[Check]:
    """The line ``anchors``, and one ``anchor NAME`` for each that is configured."""
    if not vault.anchors:
        return [("anchors", True, say(locale, "anchors_none"))]
    try:
        with reading(vault.engine) as tx:
            standing = load_anchors(vault, tx)
    except VaultError as error:
        return [("anchors", False, sentence_in(locale, error))]
    answers = {each.anchor: each.verdict for each in ask_anchors(vault, [a for a in vault.anchors if a.remembers])}
    states = {state.name: state for state in standing.anchors}
    return [
        ("anchors", not standing.alarms, say(locale, "between").join(_standing_said(locale, standing))),
        *(_line(locale, anchor, states[anchor.name], answers.get(anchor.name)) for anchor in vault.anchors),
    ]


def _standing_said(locale: str, standing: AnchorsStanding) -> Iterator[str]:
    """The numbers come first and always: they matter most when something is the matter."""
    if standing.anchored_at is None:
        yield say(locale, "anchored_nothing")
    else:
        yield say(locale, "anchored_to", last=standing.anchored_to - 1, at=_moment(standing.anchored_at))
    if standing.exposed_since is not None:
        yield say(locale, "anchored_not_yet", count=standing.exposed, since=_moment(standing.exposed_since))
    elif standing.anchored_to < standing.size:
        yield say(locale, "anchored_rest")
    if standing.outside is not None:
        yield sentence_for_code(locale, standing.outside.code)
    if names := [anchor.name for anchor in standing.anchors if anchor.is_alarm]:
        yield say(locale, "anchored_alarm", names=", ".join(names))


def _line(locale: str, anchor: Anchor, state: AnchorState, verdict: Verdict | None) -> Check:
    code = _CODES.get(verdict, "") if anchor.remembers else ""
    said = [] if not anchor.remembers or code else [say(locale, "anchor_agrees")]
    if state.placed_at is None:
        said.append(say(locale, "anchor_unplaced"))
    else:
        said.append(say(locale, "anchor_placed", last=state.placed_size - 1, at=_moment(state.placed_at)))
    if state.failing_since is not None:
        said.append(say(locale, "anchor_failing", at=_moment(state.failing_since)))
    said += [sentence_for_code(locale, each) for each in dict.fromkeys((state.code, code)) if each]
    return (
        f"anchor {anchor.name}",
        not code and not state.is_alarm,
        f"{anchor.place_name}: {say(locale, 'between').join(said)}",
    )


def _moment(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC"
