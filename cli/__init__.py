"""The command line. Imports core, never a plugin; prints in one file."""
