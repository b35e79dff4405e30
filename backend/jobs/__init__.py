"""Jobs: one execution of a workflow version each, with its step runs and events."""
