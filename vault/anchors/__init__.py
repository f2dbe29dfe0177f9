"""Checkpoints where the owner of the database cannot rewrite them: placing, listing, and being held to them."""
