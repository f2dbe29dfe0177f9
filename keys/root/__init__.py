"""Root keys: the port, and its providers by URI (:mod:`keys.root.registry`)."""

from keys.root.registry import create_root_key, open_root_key

__all__ = ["create_root_key", "open_root_key"]
