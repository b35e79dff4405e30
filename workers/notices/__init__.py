"""Sends the messages that the backend has written."""
