"""Canned answers: whose they are, how they are edited, and what fills their placeholders. For the shop and the desk."""
