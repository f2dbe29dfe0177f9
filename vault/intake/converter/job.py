"""What the parent tells the child, as command line arguments: figures and a media type, nothing from the document.

Anyone on the machine may read a command line, so no name, id or text may ever be added here.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from vault.intake.converter.limits import ConversionLimits

PROBE = "probe"
"""The media type with which nothing is converted and only the layers are reported."""


@dataclass(frozen=True, slots=True)
class Job:
    """One conversion: the parent's process id, the descriptor of the font, the media type and the limits."""

    parent_pid: int
    font_descriptor: int
    media_type: str
    limits: ConversionLimits

    def encode(self) -> str:
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def decode(cls, encoded: str) -> Job:
        """The job that ``encode`` wrote."""
        fields = json.loads(encoded)
        return cls(
            parent_pid=fields["parent_pid"],
            font_descriptor=fields["font_descriptor"],
            media_type=fields["media_type"],
            limits=ConversionLimits(**fields["limits"]),
        )
