"""Lines of a feed as they were written once."""
