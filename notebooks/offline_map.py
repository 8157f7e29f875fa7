"""Folium maps that need no outside host: Leaflet comes from the front end's packages, inlined in the page."""

import base64
from pathlib import Path

import folium

LEAFLET = Path(__file__).resolve().parent.parent / "web" / "node_modules" / "leaflet" / "dist"


def offline_map(**options):
    """A ``folium.Map`` without base map, whose page loads nothing.

    Folium's own page draws sixteen files from other hosts, four of them without a version; here Leaflet is part of the
    page, and the rest, which only markers with icons need, is left out.

    Parameters
    ----------
    **options
        As for ``folium.Map``.
    """
    drawn = folium.Map(tiles=None, **options)
    drawn.default_js = [("leaflet", _inline("leaflet.js", "text/javascript"))]
    drawn.default_css = [("leaflet", _inline("leaflet.css", "text/css"))]
    return drawn


def _inline(name, kind):
    return f"data:{kind};base64,{base64.b64encode((LEAFLET / name).read_bytes()).decode()}"
