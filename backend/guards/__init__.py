"""What keeps jobs from doing what is useless: circuits that are open, results that are known. Shared by all workers.

All state is in the database and changes by conditional updates, so that any number of processes agree without Redis.
"""
