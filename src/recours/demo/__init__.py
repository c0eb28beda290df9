"""The demo: a fictional marketplace, doors that let anybody in as anybody, and a clock that can be moved.

Installed and routed only when `settings.DEMO` is set, which only `recours demo` does, on its own database.
"""
