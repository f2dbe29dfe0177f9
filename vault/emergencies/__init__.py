"""Emergencies: one view before anybody could decide, everybody concerned told at once, and a review that must close."""
