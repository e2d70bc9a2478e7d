"""A small, right platform: what a new plugin starts from, and what the conformance kit's own tests break on purpose.

plugin.py     the hooks
client.py     the calls, and the platform's error codes
sandbox.py    an imitation of the platform
"""
