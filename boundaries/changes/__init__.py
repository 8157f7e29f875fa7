"""Change sets: commands, what they make of the land, and what that means for the people who live and work there."""
