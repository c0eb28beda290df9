"""Finding the article that answers a question, however it is spelt: pure, in memory, without database or clock.

Texts go into an `Index`; a question is understood (`question`: spelling, shorthand, synonyms, negations) and the
texts are ranked (`ranking`). Nothing here knows where texts come from; `queries.search` feeds it.
"""
