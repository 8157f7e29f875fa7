"""Browser tests of the page of grid staff."""
