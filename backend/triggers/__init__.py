"""What starts jobs from outside: webhooks, schedules, forms."""
