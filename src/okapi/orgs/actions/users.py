"""What a user chooses for themselves, in whatever organisation they are."""

from __future__ import annotations

from okapi.orgs.models import User


def choose_language(user: User, language: str) -> None:
    """Speak this language (en, zh) with the user from now on."""
    if user.language != language:
        User.objects.filter(pk=user.pk).update(language=language)
