"""What a person can ask for beyond what the policy gives them, and what a grant lets them do while it holds."""

from __future__ import annotations

import enum


class GrantKind(enum.Enum):
    """What is asked for and granted; the value is stored and stands in the trail."""

    VIEWS = "views"
    """More views of a document."""
    ACCESS = "access"
    """Opening a document of a dossier that the person is not assigned to."""
    HOURS = "hours"
    """Opening outside of working hours, where the policy asks for them."""
    PLACE = "place"
    """Opening from a place that the policy does not list for the class."""
    LEASE = "lease"
    """A longer lease."""
    COPY = "copy"
    """A marked copy that leaves the vault."""
