"""Browser tests of the report page."""
