"""The post that `gaung demo` publishes: its file, picture and video, all made for Gaung by scripts/make_demo_media.py."""

from pathlib import Path

FOLDER = Path(__file__).parent
POST = FOLDER / "demo_post.toml"
