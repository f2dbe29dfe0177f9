"""The auditor's part: searching, proving and exporting the trail. Every search is itself an event."""
