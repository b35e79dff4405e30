"""The HTTP API of AI usage, prices and budgets."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.permissions import Permission
from backend.accounts.views import OrganizationView
from backend.ai import prices, selectors, serializers, services
from backend.common.pagination import paginated
from backend.workflows import selectors as workflow_selectors


class UsageView(OrganizationView):
    """What calls of language models used up."""

    permissions = {"GET": Permission.JOB_VIEW}

    @extend_schema(parameters=[serializers.UsageFilters], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """A page of calls, the newest first, with `totals` over all that fit and `groups` by what is asked for."""
        wanted = serializers.UsageFilters(data=request.query_params.dict())
        wanted.is_valid(raise_exception=True)
        rows = selectors.usage(self.actor.organization, wanted.validated_data)
        page = paginated(request, rows, shape=serializers.usage_shown)
        by = wanted.validated_data["group_by"]
        return Response({**page.data, "totals": selectors.totals(rows), "groups": selectors.grouped(rows, by=by)})


class PricesView(OrganizationView):
    """What models cost."""

    permissions = {"GET": Permission.JOB_VIEW, "POST": Permission.AI_MANAGE}

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """A page of the organisation's own prices, and the `list_prices` that count for all other models."""
        page = paginated(request, selectors.prices(self.actor.organization), shape=serializers.price_shown)
        known = [serializers.list_price_shown(price) for price in prices.LIST_PRICES]
        return Response({**page.data, "list_prices": known})

    @extend_schema(request=serializers.PriceInput, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        """Sets the price of a model; it counts for calls from now on."""
        row = services.price_set(self.actor.organization, values=self.validated(serializers.PriceInput))
        return Response(serializers.price_shown(row), status=201)


class PriceView(OrganizationView):
    """One of the organisation's prices."""

    permissions = {"DELETE": Permission.AI_MANAGE}

    @extend_schema(responses={204: None})
    def delete(self, request: Request, price_id: UUID) -> Response:
        """Removes it."""
        services.price_delete(selectors.price_get(self.actor.organization, price_id))
        return Response(status=204)


class BudgetsView(OrganizationView):
    """The budgets of the organisation and its workflows."""

    permissions = {"GET": Permission.JOB_VIEW, "POST": Permission.AI_MANAGE}

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """A page of them, each with what is `used` in its period."""
        today = timezone.now().date()
        return paginated(
            request,
            selectors.budgets(self.actor.organization),
            shape=lambda row: serializers.budget_shown(row, used=selectors.used(row, today=today)),
        )

    @extend_schema(request=serializers.BudgetInput, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        """A new one."""
        values = self.validated(serializers.BudgetInput)
        key = values.pop("workflow")
        workflow = workflow_selectors.workflow_get(self.actor.organization, key=key) if key else None
        row = services.budget_create(self.actor.organization, values={**values, "workflow": workflow})
        used = selectors.used(row, today=timezone.now().date())
        return Response(serializers.budget_shown(row, used=used), status=201)


class BudgetView(OrganizationView):
    """One budget."""

    permissions = {"PATCH": Permission.AI_MANAGE, "DELETE": Permission.AI_MANAGE}

    @extend_schema(request=serializers.BudgetChanges, responses=OpenApiTypes.OBJECT)
    def patch(self, request: Request, budget_id: UUID) -> Response:
        """Changes what is sent."""
        row = selectors.budget_get(self.actor.organization, budget_id)
        row = services.budget_update(row, values=self.validated(serializers.BudgetChanges, partial=True))
        return Response(serializers.budget_shown(row, used=selectors.used(row, today=timezone.now().date())))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, budget_id: UUID) -> Response:
        """Removes it."""
        services.budget_delete(selectors.budget_get(self.actor.organization, budget_id))
        return Response(status=204)
