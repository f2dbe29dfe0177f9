"""Requests for more views: asked by a borrower, decided by an approver of the dossier, kept for ever."""
