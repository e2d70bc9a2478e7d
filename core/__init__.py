"""Core of Gaung: hooks, engine and store. Names no platform; imports neither `gaung.cli` nor `gaung.plugins`."""
