"""Telling others what happens to jobs: error workflows inside, signed event webhooks outside."""
