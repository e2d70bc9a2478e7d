"""Post files and calendars: reading, checking, and what each account gets of a post."""
