"""Who the ad-hoc members are: areas, handles, consent, lists as offices hand them in."""
