"""Browser tests of the dispatcher's desk."""
