"""A made-up corps of members, for demos and measurements."""
