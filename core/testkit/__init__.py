"""What plugin authors test with; the only part of core that imports pytest (extra `gaung[testkit]`)."""
