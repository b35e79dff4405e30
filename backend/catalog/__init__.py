"""Which step and connector types exist, and what a type must provide. Plain Python, no Django."""
