export const apiKeyTexts = {
  title: "API keys",
  description:
    "For programs that use this organisation by its API. Each key carries no more rights than it needs.",
  create: "New key",
  loadFailed: "The keys could not be loaded",
  table: "API keys",
  columns: { name: "Name", scope: "May", created: "Created", used: "Last used", expires: "Expires" },
  never: "never",
  scope: { admin: "Everything", edit: "Build and run", execute: "Run", read: "Read" },
  scopeHint: {
    admin: "As an owner: members and keys included.",
    edit: "As an editor: changes and publishes workflows, and runs them.",
    execute: "As an operator: starts and stops jobs.",
    read: "As a viewer: only looks.",
  },
  expiry: { never: "Never", "30": "In 30 days", "90": "In 90 days", "365": "In a year" },
  empty: {
    title: "No key yet",
    description:
      "With a key, a script or another system can start workflows and read their jobs over the API.",
  },
  revoke: {
    of: (name: string) => `Revoke ${name}`,
    title: "Revoke this key?",
    message: (name: string) => `Programs that use “${name}” are refused at once. This cannot be undone.`,
    confirm: "Revoke key",
    done: "The key was revoked.",
    failed: "The key could not be revoked",
  },
  dialog: {
    title: "New API key",
    name: "Name",
    nameHint: "What it is for, so that you know later whether you can revoke it.",
    placeholder: "Nightly import",
    missing: "Give it a name.",
    scope: "It may",
    expires: "It expires",
    submit: "Create key",
    failed: "The key could not be created",
  },
  made: {
    title: "The key is ready",
    key: "API key",
    once: "Copy the key now: it is shown this one time.",
    try: "Try it in a terminal",
    done: "Done",
  },
} as const;
