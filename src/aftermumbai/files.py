"""Writes a file whole or not at all, for whatever stores one in the checkout. Imports nothing of this package."""

import errno
import os
from pathlib import Path

REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EROFS: "the checkout is read-only",
    errno.EACCES: "its folder may not be written to (a read-only checkout?)",
    errno.EPERM: "its folder may not be written to (a read-only checkout?)",
    errno.ENOENT: "its folder is missing",
}


class NotWrittenError(OSError):
    """A file could not be written; the old one, if there was one, is whole."""

    def __init__(self, path: Path, error: OSError):
        reason = REASONS.get(error.errno, error.strerror or str(error))
        super().__init__(f"{path} was not written and is as it was: {reason}")


def replace(path: Path, text: str) -> None:
    """Replace a text file in one step (UTF-8, Unix line ends), so that a killed run leaves the old one whole.

    The new text is first written beside it, as ``.<name>.part``, which git does not see.

    Raises:
        NotWrittenError: it could not be written; the old file stands and nothing lies beside it.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        try:
            with part.open("w", encoding="utf-8", newline="\n") as new:
                new.write(text)
                new.flush()
                os.fsync(new.fileno())
            os.replace(part, path)
        except OSError:
            part.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise NotWrittenError(path, error) from error
