"""The programs that make up an installation, and `up`, which runs all of them as children of one process."""
