export const secretTexts = {
  title: "Secrets",
  description:
    "Passwords and keys for headers, authentication and the environment of scripts: {{ secrets.KEY }}. Nobody can read them again.",
  create: "New secret",
  edit: (key: string) => `Change ${key}`,
  loadFailed: "The secrets could not be loaded",
  table: "Secrets",
  columns: { key: "Key", value: "Value", hosts: "May go to", used: "Last used", users: "Used by" },
  never: "never",
  anyHost: "any host",
  unset: "must be entered again",
  set: (hint: string) => (hint ? `•••• ${hint}` : "••••"),
  empty: {
    title: "No secret yet",
    description: "Store a password or key once, and name it where a step sends it.",
  },
  form: {
    key: "Key",
    keyHint: "Letters, digits and underscores, such as CRM_TOKEN.",
    missing: "Give it a key.",
    value: "Value",
    valueHint:
      "Encrypted, and never shown again. Values of fewer than 6 characters cannot be masked in logs.",
    valueMissing: "Enter the value.",
    keep: "Leave empty to keep the value",
    description: "What it is for",
    hosts: "Hosts that it may be sent to",
    hostsHint:
      "Such as api.example.com or *.example.com; without any it may go anywhere. More hosts clear the value.",
    create: "Create secret",
    save: "Save",
    failed: "The secret could not be saved",
  },
  remove: {
    of: (key: string) => `Delete ${key}`,
    title: "Delete this secret?",
    message: (key: string) => `The value of “${key}” is gone for good.`,
    used: (names: string) => `These will fail without it: ${names}.`,
    confirm: "Delete secret",
    done: "The secret was deleted.",
    failed: "The secret could not be deleted",
  },
} as const;
