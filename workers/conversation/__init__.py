"""Talking with a language model over several turns: what is asked, which tools it calls, what comes of it. Plain."""
