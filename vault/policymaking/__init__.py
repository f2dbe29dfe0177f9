"""Changing the policy: proposing, deciding, lapsing, and looking at what a change would do."""
