"""What language models cost: every call that a provider counted, prices, and budgets."""
