"""Mail that comes in: `parsing` reads it, `quoting` cuts what was quoted, `judging` says what becomes of it.

Those are pure, and see nothing of the database; `channels.commands` acts on what they return. `imap` and `webhook` are
two ways by which mail arrives, `answers` words what leaves by itself.
"""
