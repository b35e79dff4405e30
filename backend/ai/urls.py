"""The addresses of AI usage."""

from __future__ import annotations

from django.urls import path

from backend.ai import api

urlpatterns = [
    path("api/ai-usage/", api.UsageView.as_view(), name="ai-usage"),
    path("api/ai-prices/", api.PricesView.as_view(), name="ai-prices"),
    path("api/ai-prices/<uuid:price_id>/", api.PriceView.as_view(), name="ai-price"),
    path("api/ai-budgets/", api.BudgetsView.as_view(), name="ai-budgets"),
    path("api/ai-budgets/<uuid:budget_id>/", api.BudgetView.as_view(), name="ai-budget"),
]
