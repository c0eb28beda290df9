"""Recours: a resolution centre for online marketplaces, where every promise has a clock."""

__version__ = "0.1.0"
