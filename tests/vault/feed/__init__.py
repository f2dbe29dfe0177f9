"""Feeds to security monitors, against real files, real connections and real TLS."""
