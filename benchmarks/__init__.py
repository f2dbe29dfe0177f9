"""Measurements that are run by hand: figures that a reader may repeat, never tests."""
