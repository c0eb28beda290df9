from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def french() -> Iterator[None]:
    """The language of most readers."""
    with translation.override("fr"):
        yield
