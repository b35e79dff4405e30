"""Reads documents that strangers send, in a child process with little memory, little time and nothing to steal."""
