"""The heart: a document is opened as a view, its pages are read under a mark, and the view ends."""
