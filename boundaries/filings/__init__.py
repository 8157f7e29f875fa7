"""Filings 备案: what the county decided, frozen, handed to the city body, and chained to every filing before."""
