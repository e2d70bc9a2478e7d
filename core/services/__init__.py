"""What people can ask for, one function each: plain values in, dicts out, the event in the same transaction as the change."""
