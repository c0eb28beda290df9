"""Gathering the static files for serving, only when one of them changed."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

import recours


def collect_static() -> bool:
    """Gather the static files into STATIC_ROOT, named by content, compressed; False if nothing changed."""
    root = Path(settings.STATIC_ROOT)
    stamp = root / ".gathered"
    present = _fingerprint()
    if stamp.exists() and stamp.read_text() == present:
        return False
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(present)
    return True


def _fingerprint() -> str:
    """What tells one set of static files from another: their paths, sizes and dates."""
    digest = hashlib.sha256(f"{recours.__version__} {settings.STORAGES['staticfiles']['BACKEND']}".encode())
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda pair: pair[0]):
            status = Path(storage.path(path)).stat()
            digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
