"""Paid with store credit: no money moves, and a code is issued instead. It talks to nobody, and so has no simulator."""
