"""`gaung sandbox`: one loopback server that behaves as the platforms do, put together from each plugin's `sandbox.py`."""
