"""The command line: it declares flags, calls one function of core, and prints through one module."""
