"""Measures of faces in a coverage: neighbours, compactness, clarity of borders."""
