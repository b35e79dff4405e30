"""The addresses of approvals."""

from __future__ import annotations

from django.urls import path

from backend.approvals import api, pages

_LINK = "api/approvals/token/<str:token>/"

urlpatterns = [
    path("api/approvals/", api.ApprovalsView.as_view(), name="approvals"),
    path(_LINK, api.LinkView.as_view(), name="approval-link"),
    path(f"{_LINK}approve/", api.LinkDecideView.as_view(), {"word": "approve"}, name="approval-link-approve"),
    path(f"{_LINK}reject/", api.LinkDecideView.as_view(), {"word": "reject"}, name="approval-link-reject"),
    path("api/approvals/<str:key>/", api.ApprovalView.as_view(), name="approval"),
    path("api/approvals/<str:key>/decide/", api.DecideView.as_view(), name="approval-decide"),
    path("api/approvals/<str:key>/delegate/", api.DelegateView.as_view(), name="approval-delegate"),
    path("approvals/token/<str:token>/", pages.link_page, name="approval-page"),
    path("approvals/token/<str:token>/documents/<int:number>/", pages.link_document, name="approval-document"),
]
