"""Nobody acknowledges what was found at an entry of their own."""

from __future__ import annotations

from vault.policy.acknowledging import decide_acknowledging


def test_damage_at_an_entry_of_ones_own_is_for_another_auditor() -> None:
    """As who did it, and as whom it was about."""
    assert decide_acknowledging("pa", concerned={"pa", ""}).code == "denied.own_finding"
    assert decide_acknowledging("pa", concerned={"pb", ""}).allowed
    assert decide_acknowledging("pa", concerned=()).allowed
