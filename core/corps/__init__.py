"""A made-up corps of ad-hoc members at the real size of Lampung, for demos and measurements. Nobody in it exists."""
