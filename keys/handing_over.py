"""Giving a key to a child process of one's own, through a pipe that both inherited and nobody else can open.

Never on a command line, in the environment or in a file, where others would see it. A pipe of the system has no name
and is gone with its ends; what is in transit is in the system's memory, as little of it as a key is long.
"""

from __future__ import annotations

from typing import BinaryIO

from keys.errors import UnwrapError
from keys.model import KEY_BYTES, Secret


def hand_over(secret: Secret, pipe: BinaryIO) -> None:
    """Writes the key at once. ValueError for one of another length."""
    if len(secret) != KEY_BYTES:
        raise ValueError(f"a key has {KEY_BYTES} bytes, not {len(secret)}")
    pipe.write(secret.reveal())
    pipe.flush()


def take_over(pipe: BinaryIO) -> Secret:
    """The key that the parent wrote; UnwrapError if it ended before that."""
    material = pipe.read(KEY_BYTES)
    if len(material) != KEY_BYTES:
        raise UnwrapError("no key was handed over")
    return Secret(material)
