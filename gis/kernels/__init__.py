"""Loops that NumPy cannot run in one pass, compiled, each with a twin in NumPy that gives the same answer.

Come here through gis.engine, which leaves the compiler alone until it pays. No loop calls one of another module: its cache
would not see that one change.
"""
