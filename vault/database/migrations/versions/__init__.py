"""The revisions, numbered from 0001. A revision that was released is never edited; a new one follows it."""
