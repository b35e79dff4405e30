"""Speaking HTTP to services that users configure: requests, bodies, authentication, pages, answers.

What the `api` step and the connectors share. Everything leaves through the egress guard's client, which is passed in.
"""
