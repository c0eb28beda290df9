"""Where an installation keeps what is not in the database: keys, evidence, the embedded cluster.

Nothing here imports Django: the command line asks before Django is set up.
"""

import contextlib
import os
import secrets
import stat
import tempfile
from pathlib import Path

SECRET_KEY_BYTES = 50
"""More than the 32 that Django's own check asks for."""


class HomeNotWritable(Exception):
    """The folder named by RECOURS_HOME cannot be written to."""


def home() -> Path:
    """Return the folder of this installation, absolute; it may not exist yet.

    RECOURS_HOME decides. Without it: ~/.local/share/recours, or, where the home folder is read-only, closed
    to the account that PostgreSQL runs under, or absent, a folder beside the system's other variable data.
    """
    named = os.environ.get("RECOURS_HOME", "").strip()
    if named:
        return Path(named).expanduser().absolute()
    data = os.environ.get("XDG_DATA_HOME", "").strip()
    with contextlib.suppress(RuntimeError):  # an account without a home folder
        preferred = (Path(data) if data else Path.home() / ".local" / "share") / "recours"
        if _can_hold(preferred):
            return preferred.absolute()
    if _is_root():
        return Path("/var/lib/recours")
    return Path(tempfile.gettempdir()) / f"recours-{os.getuid()}"


def prepared_home() -> Path:
    """Return the folder of this installation, made if need be. Raises HomeNotWritable."""
    folder = home()
    try:
        # Closed to others, who have no business with evidence; root's must let PostgreSQL's account through.
        folder.mkdir(mode=0o755 if _is_root() else 0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise HomeNotWritable(f"{folder}: {error.strerror}") from error
    if not os.access(folder, os.W_OK) or folder.stat().st_uid not in {0, os.geteuid()}:
        raise HomeNotWritable(f"{folder}: not writable")
    return folder


def own_secret_key(folder: Path) -> str:
    """Return the key of an installation on the embedded database, made once, readable by its owner alone."""
    path = folder / "secret_key"
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        # Written beside and linked in one step, so that two processes starting together agree on one key.
        draft = folder / f".secret_key.{os.getpid()}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(SECRET_KEY_BYTES))
        try:
            path.hardlink_to(draft)
        finally:
            draft.unlink()
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        path.chmod(0o600)
    return path.read_text().strip()


def _is_root() -> bool:
    return os.geteuid() == 0


def _can_hold(folder: Path) -> bool:
    """Whether `folder` exists or can be made, and, for root, whether others may walk down to it.

    PostgreSQL refuses to run as root: for root the cluster belongs to another account, which must reach it.
    """
    nearest = folder
    while not nearest.exists():
        nearest = nearest.parent
    if not os.access(nearest, os.W_OK | os.X_OK):
        return False
    return not _is_root() or all(step.stat().st_mode & stat.S_IXOTH for step in (nearest, *nearest.parents))
