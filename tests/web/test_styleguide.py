"""The style guide: every component in both languages and themes; for anybody, read only."""

from __future__ import annotations

import pytest

ADDRESS = "/styleguide/"


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_is_shown(client, language, theme):
    answer = client.get(ADDRESS, {"language": language, "theme": theme})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert f'data-theme="{theme}"' in page
    assert f'lang="{"zh-Hans" if language == "zh" else "en"}"' in page
    assert ("达标" in page) == (language == "zh")


@pytest.mark.django_db
def test_what_it_does_not_know_is_left_alone(client):
    page = client.get(ADDRESS, {"language": "tlh", "theme": '"><i>'}).content.decode()
    assert "data-theme" not in page
    assert '"><i>' not in page


@pytest.mark.django_db
def test_it_is_only_read(client):
    assert client.post(ADDRESS).status_code == 405
