"""What each kind of operation does: looked at before it is ordered, then worked off in short steps, then verified.

A step is one transaction that writes its progress with its work, so that a killed worker loses a step at most and the
next one goes on from what was committed. No step rests on what an earlier one kept in memory.
"""
