"""Mes messages."""
