"""What the other three stand on."""
