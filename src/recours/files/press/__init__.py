"""Makes the copies that are shown, in a process of its own.

What a stranger sends is decoded here and nowhere else: a decoder that hangs, eats memory or crashes takes
this process with it and nothing more. No Django in this package, so that it starts quickly.
"""
