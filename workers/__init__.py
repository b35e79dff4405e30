"""What the system does: the engine that advances jobs, and the steps it runs."""
