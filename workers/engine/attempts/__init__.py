"""What steps do, and what they see of the system: the effects."""
