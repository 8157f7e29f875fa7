"""Layers as files that people send: sound ones in each format, and bad ones."""

import io
import zipfile

import geopandas as gpd


def sent(name, content):
    """A file as a form has it."""
    return {"file": (name, content)}


def as_geojson(shapes, **columns):
    """A layer in degrees as GeoJSON."""
    return _frame(shapes, columns, 4326).to_json().encode()


def written(folder, name, shapes, *, crs=4490, **columns):
    """A layer as a file of the format that its name says."""
    path = folder / name
    _frame(shapes, columns, crs).to_file(path, **({"driver": "LIBKML"} if path.suffix == ".kml" else {}))
    return path.read_bytes()


def zipped(folder, shapes, *, crs=4490, **columns):
    """A layer as a zipped Shapefile."""
    made = folder / "shapefile"
    made.mkdir()
    _frame(shapes, columns, crs).to_file(made / "layer.shp", encoding="UTF-8")
    return archive({path.name: path.read_bytes() for path in sorted(made.iterdir())})


def archive(members):
    """A zip file of members by name."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, body in members.items():
            packed.writestr(name, body)
    return content.getvalue()


def with_password(content):
    """The same zip file as if its members were encrypted: the flag in each header says so."""
    marked = bytearray(content)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = marked.find(signature)
        while place >= 0:
            marked[place + offset] |= 1
            place = marked.find(signature, place + 4)
    return bytes(marked)


def _frame(shapes, columns, crs):
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=4490).to_crs(crs)
