"""Every public function and class of gis/ says what it takes, gives and refuses, and shows an example that runs."""

import ast
import doctest
import importlib
import inspect
import pkgutil
import re
import textwrap

import pytest

import gis

MODULES = [info.name for info in pkgutil.walk_packages(gis.__path__, "gis.") if not info.ispkg]

# Loops for the compiler: raw arrays in, raw arrays filled; nobody but gis.engine's callers sees them, and tests hold each
# against its NumPy twin (test_kernels_of_rings.py, test_kernels_locating.py).
COMPILED = "gis.kernels."


def public(module_name):
    """Public functions and classes that a module defines, by name."""
    module = importlib.import_module(module_name)
    return {
        name: thing
        for name, thing in vars(module).items()
        if not name.startswith("_") and getattr(thing, "__module__", None) == module_name and callable(thing)
    }


EVERY = [(module, name, thing) for module in MODULES for name, thing in public(module).items()]
EVERY = [row for row in EVERY if not f"{row[0]}.{row[1]}".startswith(COMPILED)]
FUNCTIONS = [row for row in EVERY if not inspect.isclass(row[2])]
CLASSES = [row for row in EVERY if inspect.isclass(row[2])]


def each(rows):
    return pytest.mark.parametrize("thing", [pytest.param(row[2], id=f"{row[0]}.{row[1]}") for row in rows])


def sections(thing):
    """Text under each heading of a numpy docstring."""
    parts = re.split(r"^(\w[\w ]*)\n-{3,}$", inspect.cleandoc(thing.__doc__ or ""), flags=re.MULTILINE)
    return {"": parts[0]} | dict(zip(parts[1::2], parts[2::2], strict=True))


def source_of(function):
    return ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]


def gives_something(function):
    node = source_of(function)
    own = [inner for inner in ast.walk(node) if isinstance(inner, ast.Return | ast.Yield | ast.YieldFrom)]
    return any(getattr(inner, "value", None) is not None for inner in own)


@each(EVERY)
def test_it_says_in_a_sentence_what_it_is(thing):
    first = sections(thing)[""].strip()
    assert first and first[0].isupper() and first.split("\n\n")[0].rstrip()[-1] in ".:)"


@each(FUNCTIONS)
def test_a_function_names_every_parameter_and_what_it_returns(thing):
    told = sections(thing)
    named = set(re.findall(r"\w+", "\n".join(re.findall(r"^([\w, *]+?)(?: *:.*)?$", told.get("Parameters", ""), re.MULTILINE))))
    taken = [name.lstrip("*") for name in inspect.signature(thing).parameters]
    assert [name for name in taken if name not in named] == []
    assert not gives_something(thing) or "Returns" in told or "Yields" in told


@each(CLASSES)
def test_a_class_names_every_attribute(thing):
    told = sections(thing)
    text = "\n".join(told.get(part, "") for part in ("Attributes", "Parameters"))
    fields = [name for name in getattr(thing, "__dataclass_fields__", {}) if not name.startswith("_")]
    assert [name for name in fields if not re.search(rf"\b{name}\b", text)] == []


@each(FUNCTIONS)
def test_a_function_shows_an_example(thing):
    assert doctest.DocTestParser().get_examples(thing.__doc__)
