"""Mails that did not arrive, and mails that could not be placed."""
