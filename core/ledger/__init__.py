"""Who echoed a post: sightings, claims, reshares with their grades, and the coverage kept of them."""
