"""Transfers in euros by files: pain.001 for the bank, camt.053, camt.054 and pain.002 from it."""
