"""The two pluggy markers: `hookspec` for core, `hookimpl` for plugins."""

import pluggy

PROJECT = "gaung"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
