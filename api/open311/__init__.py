"""Open311 GeoReport v2: the public intake as programs of other cities know it. Source: wiki.open311.org/GeoReport_v2."""
