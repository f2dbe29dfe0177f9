"""The visible mark: who is looking, burnt into the pixels of every page on the server."""
