"""Browser tests of the page "my grid"."""
