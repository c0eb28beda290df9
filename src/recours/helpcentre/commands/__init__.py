"""Writes: articles and their texts, synonyms, and the questions that found nothing."""
