"""The rules: pure Python, no Django, no clock, no I/O but the packaged TOML data, read once.

Every instant comes in as an argument, every answer goes out as a value or as a named refusal.
"""
