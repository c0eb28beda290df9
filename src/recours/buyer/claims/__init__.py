"""A claim as its buyer sees it: the list, the page, and what can be done there."""
