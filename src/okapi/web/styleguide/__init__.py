"""The style guide: every component in every state. Only in a demo and in development."""
