"""Webhooks out: other programs are told what changed, signed, and told again until they answer."""
