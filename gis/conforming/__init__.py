"""Making an exact tiling out of a foreign layer, mend by mend."""
