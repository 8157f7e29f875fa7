"""The owner of a point: the locator, its index and its ways through it."""
