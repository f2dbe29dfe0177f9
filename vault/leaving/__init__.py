"""Leaving: announced, watched, handed over, ended, and looked back upon."""
