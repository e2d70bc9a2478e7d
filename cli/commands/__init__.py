"""One file a noun: declare flags, call one core function, hand the value to output."""
