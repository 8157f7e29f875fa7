"""The diagnosis of a coverage: what is wrong, between which faces, where and how large."""
