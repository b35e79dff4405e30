"""Messages that the product itself sends, such as approvals and alerts: written as rows, sent by the workers."""
