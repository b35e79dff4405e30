"""Hooks: what an organisation does around the steps and jobs of all its workflows, or of one.

A hook looks on (`after_step`, `on_error`, `job_…`), or gives a step names and may refuse it (`before_step`). One that
fails is noted in the step's log and changes nothing, unless it is `blocking`: then the step fails before it is run.
"""
