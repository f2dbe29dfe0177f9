"""Signed entries of the trail, sent on to a company's security monitor (SIEM): in order, at least once.

The pages: docs/spec/feed.md says what a line holds, docs/operations/siem.md how a feed is set up.
"""
