"""What became of every face between two coverages."""
