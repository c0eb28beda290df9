"""What the help centre refuses. The words are in `rules/wording/<lang>/helpcentre.toml`."""

from __future__ import annotations

from collections.abc import Sequence

from recours.rules.refusals import Refusal


class UnknownReference(Refusal, ValueError):
    """An article refers to something that neither the policy nor the law has: `names`, as they were written."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(count=len(names), names=", ".join(f"{{{{ {name} }}}}" for name in names))
        self.names = tuple(names)

    def __reduce__(self) -> tuple[object, ...]:
        return (UnknownReference, (self.names,))


class ArticleMoved(Refusal):
    """Somebody else saved the article since this page was opened."""


class AddressTaken(Refusal):
    """Another article has this address."""


class NothingToPublish(Refusal):
    """The article has no text in this language."""


class NotPublished(Refusal):
    """There is nothing to withdraw."""


class FilesRefused(Refusal):
    """A folder of articles has mistakes."""
