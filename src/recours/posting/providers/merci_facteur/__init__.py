"""Registered letters on paper, printed and posted by Merci facteur. Contract: its public API, version 1.2."""
