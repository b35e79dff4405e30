"""What follows from what has happened: the decisions, and what is recorded of them."""
