"""The engine: claims jobs, decides what is next (pure), does it (at the edge), and records it.

Reading order: host (a worker process) → runner (one job) → frame (what is ready) → execute (one step) → recorder
(checkpoints).
"""
