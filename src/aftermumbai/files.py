"""Writes a file whole or not at all, for whatever stores one in the checkout. Imports nothing of this package.

``python -m aftermumbai.files FOLDER`` says in one line why nothing can be built in a folder; ``make book`` asks it.
"""

import contextlib
import errno
import os
import shutil
import sys
from pathlib import Path

# What a build takes at most, and some room for what the tools write beside it.
NEEDED = 100 * 2**20

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
        super().__init__(f"{path} was not written and is as it was: {reason(error)}")


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


def reason(error: OSError) -> str:
    """What an error of the system means to whoever builds the book."""
    return REASONS.get(error.errno, error.strerror or str(error))


def refusal(folder: Path, needed: int = NEEDED) -> str | None:
    """Why a folder cannot take what is to be built in it, in one line; None if it can.

    Args:
        folder: is made if it is missing.
        needed: bytes that must be free.
    """
    probe = folder / ".probe"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(bytes(4096))
        probe.unlink()
    except OSError as error:
        with contextlib.suppress(OSError):
            probe.unlink()
        return f"nothing can be built in {folder}: {reason(error)}"
    free = shutil.disk_usage(folder).free
    if free < needed:
        return f"nothing can be built in {folder}: {free >> 20} MB are free there, {needed >> 20} MB are needed"
    return None


if __name__ == "__main__":
    sys.exit(refusal(Path(sys.argv[1])))
