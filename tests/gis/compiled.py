"""The same work with loops compiled and in NumPy."""

import os
from contextlib import contextmanager

from gis import engine


@contextmanager
def loops(which):
    """Have loops run compiled ("numba") or not ("numpy")."""
    before = os.environ.get(engine.SETTING)
    os.environ[engine.SETTING] = which
    try:
        yield
    finally:
        os.environ.pop(engine.SETTING)
        if before is not None:
            os.environ[engine.SETTING] = before


def in_both(work):
    answers = []
    for which in ("numpy", "numba"):
        with loops(which):
            answers.append(work())
    return answers
