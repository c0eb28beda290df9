"""Reads: articles, and what answers a question."""
