"""Tests of papers as PDF."""
