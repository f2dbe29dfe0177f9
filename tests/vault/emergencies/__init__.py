"""Emergencies and their reviews."""
