"""The shop’s own page, edited by its staff."""
