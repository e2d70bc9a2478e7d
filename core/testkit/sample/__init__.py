"""A small, right platform: what a new plugin starts from, and what the conformance kit's own tests break on purpose.

plugin.py     the hooks
evidence.py   those about who shared
measure.py    those about numbers, and the numbers that there are
client.py     the calls, and the platform's error codes
sandbox.py    an imitation of the platform
people.py     the people in it
"""
