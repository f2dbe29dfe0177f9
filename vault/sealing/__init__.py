"""Content sealed for storage: one document or page pack each under a key of its own (docs/spec/envelope.md)."""
