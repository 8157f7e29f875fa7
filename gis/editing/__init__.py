"""Edits of a coverage, one verb a module: pure functions that give a new coverage, or refuse."""
