"""Messenger, by Meta's Send API: what is written to our pages in private."""
