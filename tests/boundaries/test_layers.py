"""Reading layers as people have them: many formats and encodings, and every kind of broken input refused in a sentence."""

import json
import shutil
import zipfile

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely

from boundaries.imports.encodings import guess_encoding
from boundaries.imports.layers import read_layer
from gis.datum import from_wgs84
from gis.errors import Refusal

NAMES = ["江阳区", "纳溪区"]


def table(crs="EPSG:4326", **columns):
    faces = [shapely.box(105.4, 28.8, 105.5, 28.9), shapely.box(105.5, 28.8, 105.6, 28.9)]
    return gpd.GeoDataFrame({"code": ["510502", "510503"], "名称": NAMES, **columns}, geometry=faces, crs=crs)


def write(folder, name, frame=None, **options):
    path = folder / name
    (table() if frame is None else frame).to_file(path, **options)
    return path


def write_geojson(folder, *geometries, name="layer.geojson"):
    features = [{"type": "Feature", "properties": {"n": n}, "geometry": shape} for n, shape in enumerate(geometries)]
    path = folder / name
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def box_at(lon, lat):
    return json.loads(shapely.to_geojson(shapely.box(lon, lat, lon + 0.1, lat + 0.1)))


def refusal_of(path, **options):
    with pytest.raises(Refusal) as caught:
        read_layer(path, **options)
    sentence = caught.value.message
    assert sentence.endswith((".", "?")) and "\n" not in sentence and len(sentence) < 400
    return caught.value


class GbkInfo(zipfile.ZipInfo):
    """A member whose name is in GBK and not said to be UTF-8."""

    def _encodeFilenameFlags(self):  # noqa: N802
        return self.filename.encode("gbk"), self.flag_bits & ~0x800


class TestFormats:
    @pytest.mark.parametrize("name", ["a.gpkg", "a.shp", "a.geojson", "a.fgb", "a.kml"])
    def test_vector_files_are_read_in_degrees(self, tmp_path, name):
        layer = read_layer(write(tmp_path, name))
        assert np.allclose(shapely.total_bounds(layer.geometries), [105.4, 28.8, 105.6, 28.9])
        assert layer.ids == ["0", "1"]

    def test_parquet_is_read(self, tmp_path):
        table().to_parquet(tmp_path / "a.parquet")
        layer = read_layer(tmp_path / "a.parquet", id_field="名称")
        assert layer.ids == NAMES
        assert list(layer.attributes.columns) == ["code", "名称"]

    def test_a_projected_layer_keeps_its_own_coordinates_and_gives_degrees(self, tmp_path):
        layer = read_layer(write(tmp_path, "a.gpkg", table().to_crs(4544)))
        assert shapely.total_bounds(layer.own)[0] > 180
        assert np.allclose(shapely.total_bounds(layer.geometries), [105.4, 28.8, 105.6, 28.9], atol=1e-3)

    def test_a_zipped_shapefile_and_its_folder_are_read(self, tmp_path):
        (tmp_path / "shapes").mkdir()
        write(tmp_path / "shapes", "网格.shp")
        archive = shutil.make_archive(str(tmp_path / "网格"), "zip", tmp_path / "shapes")
        assert read_layer(archive, id_field="名称").ids == NAMES
        assert read_layer(tmp_path / "shapes", id_field="名称").ids == NAMES

    def test_heights_are_dropped(self, tmp_path):
        high = table()
        high.geometry = shapely.force_3d(high.geometry.values, 300.0)
        assert not shapely.has_z(read_layer(write(tmp_path, "a.gpkg", high)).own).any()

    def test_features_without_or_with_odd_geometry_keep_their_place(self, tmp_path):
        point = {"type": "Point", "coordinates": [105.4, 28.8]}
        unclosed = {"type": "Polygon", "coordinates": [[[105, 28], [105.1, 28], [105.1, 28.1]]]}
        layer = read_layer(write_geojson(tmp_path, None, box_at(105.4, 28.8), point, unclosed))
        assert [getattr(shape, "geom_type", None) for shape in layer.own] == [None, "Polygon", "Point", "Polygon"]
        assert any("closed ring" in note for note in layer.notes)


class TestSeveralLayers:
    @pytest.fixture
    def package(self, tmp_path):
        path = tmp_path / "city.gpkg"
        parcels = [shapely.box(105 + k / 100, 28, 105 + (k + 1) / 100, 28.01) for k in range(5)]
        houses = [shapely.box(105 + k / 100, 28, 105.005 + k / 100, 28.005) for k in range(9)]
        lines = [shapely.LineString([(105, 28), (106, 29)])]
        for name, shapes in (("houses", houses), ("parcels", parcels), ("streets", lines)):
            gpd.GeoDataFrame(geometry=shapes, crs=4326).to_file(path, layer=name)
        return path

    def test_the_layer_whose_faces_share_borders_is_taken_and_a_note_says_so(self, package):
        layer = read_layer(package)
        assert len(layer.own) == 5
        assert "parcels was taken" in layer.notes[0] and "houses" in layer.notes[0]

    def test_a_layer_can_be_named_in_two_ways(self, package):
        assert len(read_layer(f"{package}::houses").own) == 9
        assert len(read_layer(package, layer="houses").own) == 9

    def test_an_unknown_layer_is_refused_with_the_known_ones(self, package):
        refusal = refusal_of(f"{package}::grids")
        assert refusal.code == "unknown_layer"
        assert all(name in refusal.message for name in ("houses", "parcels", "streets"))


class TestEncodings:
    @pytest.mark.parametrize("encoding", ["GBK", "GB18030", "UTF-8"])
    @pytest.mark.parametrize("said", [True, False])
    def test_chinese_shapefiles_are_read_whether_they_say_their_encoding_or_not(self, tmp_path, encoding, said):
        path = write(tmp_path, "网格.shp", encoding=encoding)
        if not said:
            path.with_suffix(".cpg").unlink()
        assert read_layer(path, id_field="名称").ids == NAMES

    def test_a_zipped_shapefile_in_gbk_without_cpg_is_read(self, tmp_path):
        path = write(tmp_path, "网格.shp", encoding="GBK")
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
            for ending in (".shp", ".shx", ".dbf", ".prj"):
                archive.write(path.with_suffix(ending), f"导出/网格{ending}")
        assert read_layer(tmp_path / "a.zip", id_field="名称").ids == NAMES

    def test_a_zip_made_by_windows_has_file_names_in_gbk(self, tmp_path):
        path = write(tmp_path, "网格.shp", encoding="GBK")
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
            for ending in (".shp", ".shx", ".dbf", ".prj"):
                archive.writestr(GbkInfo(f"导出/网格{ending}"), path.with_suffix(ending).read_bytes())
        assert read_layer(tmp_path / "a.zip", id_field="名称").ids == NAMES

    def test_an_archive_of_several_files_is_refused_with_their_names(self, tmp_path):
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
            for name in ("a.geojson", "b.geojson"):
                archive.write(write(tmp_path, name), name)
        assert "a.geojson, b.geojson" in refusal_of(tmp_path / "a.zip").message

    def test_a_table_that_is_all_ascii_needs_no_guess(self):
        assert guess_encoding(b"") is None


class TestIds:
    def test_numbers_are_written_without_a_point_and_missing_ones_are_none(self, tmp_path):
        path = write(tmp_path, "a.gpkg", table(n=[12.0, np.nan]))
        assert read_layer(path, id_field="n").ids == ["12", None]

    def test_an_unknown_column_is_refused_with_the_known_ones(self, tmp_path):
        refusal = refusal_of(write(tmp_path, "a.gpkg"), id_field="编码")
        assert refusal.code == "unknown_column"
        assert "编码" in refusal.message and "code" in refusal.message and "名称" in refusal.message


class TestDatum:
    def test_the_crs_tells_the_datum_and_a_declared_one_overrides_it(self, tmp_path):
        path = write(tmp_path, "a.geojson")
        assert read_layer(path).frame.datum == "wgs84"
        assert read_layer(path, datum="gcj02").frame.datum == "gcj02"
        assert read_layer(write(tmp_path, "b.gpkg", table(4490))).frame.datum == "cgcs2000"

    def test_a_declared_shift_is_undone(self, tmp_path):
        shifted = table()
        shifted.geometry = shapely.transform(shifted.geometry.values, lambda lonlat: from_wgs84(lonlat, "gcj02"))
        layer = read_layer(write(tmp_path, "a.gpkg", shifted), datum="gcj02")
        assert np.allclose(shapely.total_bounds(layer.geometries), [105.4, 28.8, 105.6, 28.9], atol=1e-6)

    def test_a_name_that_speaks_of_another_datum_is_noted(self, tmp_path):
        path = write(tmp_path, "counties_GCJ-02.geojson")
        assert "--datum gcj02" in read_layer(path).notes[0]
        assert read_layer(path, datum="gcj02").notes == ()

    def test_a_shift_declared_for_a_metric_layer_is_refused(self, tmp_path):
        assert refusal_of(write(tmp_path, "a.gpkg", table().to_crs(4544)), datum="gcj02").code == "datum_contradicts_crs"

    def test_an_unknown_datum_is_refused(self, tmp_path):
        assert refusal_of(write(tmp_path, "a.gpkg"), datum="xian80").code == "unknown_datum"

    def test_a_crs_that_names_no_datum_needs_a_declared_one(self, tmp_path):
        unknown = (
            'GEOGCS["GCS_unknown",DATUM["D_unknown",SPHEROID["Unknown",6378137,298.257]],'
            'PRIMEM["Greenwich",0],UNIT["Degree",0.0174532925199433]]'
        )
        path = write(tmp_path, "a.gpkg", table(unknown))
        assert refusal_of(path).code == "undeclared_datum"
        assert read_layer(path, datum="gcj02").frame.datum == "gcj02"


class TestWithoutCrs:
    @pytest.fixture
    def bare(self, tmp_path):
        path = write(tmp_path, "bare.shp")
        path.with_suffix(".prj").unlink()
        return path

    def test_a_shapefile_without_prj_is_refused_and_says_what_to_do(self, bare):
        refusal = refusal_of(bare)
        assert refusal.code == "layer_without_crs"
        assert ".prj" in refusal.message and "--datum" in refusal.message

    def test_a_declared_datum_stands_in_for_the_prj(self, bare):
        assert read_layer(bare, datum="cgcs2000").frame.is_storage

    def test_a_datum_does_not_help_where_the_numbers_are_metres(self, tmp_path):
        path = write(tmp_path, "metres.shp", table().to_crs(4544))
        path.with_suffix(".prj").unlink()
        assert "is no longitude and latitude" in refusal_of(path, datum="wgs84").message

    def test_parquet_without_crs_is_refused(self, tmp_path):
        table(crs=None).to_parquet(tmp_path / "a.parquet")
        assert refusal_of(tmp_path / "a.parquet").code == "layer_without_crs"


class TestUnusable:
    def test_a_missing_file(self, tmp_path):
        assert refusal_of(tmp_path / "nothing.gpkg").code == "missing_file"
        assert refusal_of(f"{tmp_path / 'nothing.gpkg'}::grids").code == "missing_file"

    @pytest.mark.parametrize("name", ["a.gpkg", "a.geojson", "a.fgb", "a.parquet", "a.zip", "a.shp", "a.xyz"])
    @pytest.mark.parametrize("content", [b"", b"not a layer at all", bytes(range(256)) * 4])
    def test_a_file_that_is_no_layer(self, tmp_path, name, content):
        (tmp_path / name).write_bytes(content)
        assert refusal_of(tmp_path / name).code == "unreadable_layer"

    @pytest.mark.parametrize("name", ["a.gpkg", "a.geojson", "a.fgb", "a.parquet"])
    def test_a_truncated_file(self, tmp_path, name):
        many = gpd.GeoDataFrame(
            {"code": range(500)}, geometry=[shapely.Point(105 + k / 1000, 28).buffer(0.001) for k in range(500)], crs=4326
        )
        whole = tmp_path / name
        many.to_parquet(whole) if name.endswith("parquet") else many.to_file(whole)
        whole.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
        assert refusal_of(whole).code == "unreadable_layer"

    def test_an_empty_layer(self, tmp_path):
        assert refusal_of(write(tmp_path, "a.gpkg", table().iloc[:0])).code in ("empty_layer", "no_polygons")
        assert refusal_of(write_geojson(tmp_path)).code in ("empty_layer", "no_polygons")

    def test_a_layer_of_points_and_a_table_without_geometry(self, tmp_path):
        points = gpd.GeoDataFrame(geometry=[shapely.Point(105, 28)], crs=4326)
        assert refusal_of(write(tmp_path, "a.gpkg", points)).code == "no_polygons"
        (tmp_path / "a.csv").write_text("code,households\n1,2\n")
        assert refusal_of(tmp_path / "a.csv").code == "no_polygons"

    def test_a_layer_of_null_geometries(self, tmp_path):
        assert refusal_of(write_geojson(tmp_path, None, None)).code == "no_polygons"

    def test_a_parquet_without_geometry(self, tmp_path):
        table().drop(columns="geometry").to_parquet(tmp_path / "a.parquet")
        assert refusal_of(tmp_path / "a.parquet").code == "unreadable_layer"

    def test_longitude_and_latitude_swapped(self, tmp_path):
        assert refusal_of(write_geojson(tmp_path, box_at(28.8, 105.4))).code == "swapped_lonlat"

    def test_metres_tagged_as_degrees(self, tmp_path):
        assert refusal_of(write_geojson(tmp_path, box_at(548_000, 3_196_000))).code == "outside_lonlat"

    def test_a_curved_polygon_is_read_as_its_chords(self, tmp_path):
        path = tmp_path / "curve.csv"
        path.write_text('WKT,code\n"CURVEPOLYGON(CIRCULARSTRING(0 0,1 1,2 0,1 -1,0 0))",1\n')
        (tmp_path / "curve.prj").write_text("")
        assert pyogrio.list_layers(path)[0][0] == "curve"
        layer = read_layer(path, datum="wgs84")
        assert layer.own[0].geom_type == "Polygon" and 3.1 < layer.own[0].area < 3.15
