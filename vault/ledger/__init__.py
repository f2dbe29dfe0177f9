"""The trail: what happened, recorded in the transaction in which it happened, and bent by nobody unseen.

Follows docs/spec/trail.md. Only ``recorder``, ``sequencer``, ``reader`` and ``audit`` touch the database; the rest is
pure.
"""
