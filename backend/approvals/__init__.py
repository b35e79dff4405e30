"""Decisions that people take for waiting jobs: the inbox, the links in mails, reminders, delegation."""
