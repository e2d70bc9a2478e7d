"""What each kind of chore asks a platform, and what it writes down of the answer."""
