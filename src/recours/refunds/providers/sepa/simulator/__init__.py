"""A bank that takes pain.001 files and tells of them in camt.053, camt.054 and pain.002: a program of its own."""
