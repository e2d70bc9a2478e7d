"""Pictures and videos: their facts, the content-addressed store, JPEG renditions, and the routes that serve them."""
