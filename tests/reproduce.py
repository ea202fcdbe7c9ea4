"""Shows that the book does not depend on where, when and on what machine it is built.

``book`` builds it twice in copies of the checkout and compares every file. ``anywhere`` re-runs every
notebook twice, and the data and exports four times, in other time zones, locales, folders and hash seeds,
the network cut.
"""

import argparse
import filecmp
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# The commands that the Makefile builds the book with, in a folder that stands ready.
_JUPYTER_BOOK = str(Path(sys.executable).with_name("jupyter-book"))
BUILD = (
    [sys.executable, "-m", "aftermumbai.book.execute", "--cache", "_build/.jupyter_cache"],
    [_JUPYTER_BOOK, "build", ".", "--warningiserror", "--keep-going", "--nitpick"],
)
# A day on which nobody built the book: this many seconds are added to the clock of the second build.
LATER = 40 * 86_400
# Put on the path of a build, it shifts the clock of every Python of it.
CLOCK = f"""
import time
_time, _local, _gm, _format = time.time, time.localtime, time.gmtime, time.strftime
time.time = lambda: _time() + {LATER}
time.localtime = lambda seconds=None: _local(time.time() if seconds is None else seconds)
time.gmtime = lambda seconds=None: _gm(time.time() if seconds is None else seconds)
time.strftime = lambda form, moment=None: _format(form, time.localtime() if moment is None else moment)
"""
# Where it runs, time zone, locale. Each notebook runs in two of them that have nothing in common.
PLACES = [
    (".", "Pacific/Kiritimati", "C"),
    (".", "America/St_Johns", "C.UTF-8"),
    ("notebooks", "Asia/Kathmandu", "C.UTF-8"),
    ("notebooks", "America/Los_Angeles", "C"),
]
# A network of its own that holds nothing but this machine; kernels talk over the loopback.
CUT_OFF = """
import fcntl, os, socket, struct, sys
with socket.socket() as any_socket:
    # SIOCSIFFLAGS: the loopback up and running.
    fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh", b"lo", 0x1 | 0x40))
try:
    socket.create_connection(("192.0.2.1", 80), timeout=5)
    sys.exit("the network is not cut")
except OSError:
    pass
os.execv(sys.argv[1], sys.argv[1:])
"""


def copy(target: Path) -> Path:
    """The checkout as it stands, without what is built or ignored, in a new folder."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    return target


def settings(root: Path, zone: str, locale: str, *path: Path) -> dict[str, str]:
    """The environment of a run in a copy, with a hash seed nobody chose."""
    last = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=True)
    return os.environ | {
        "PYTHONPATH": os.pathsep.join(map(str, [*path, root / "src", *filter(None, [os.environ.get("PYTHONPATH")])])),
        "PYTHONHASHSEED": str(random.SystemRandom().randrange(1, 2**32)),
        "PYTHONDONTWRITEBYTECODE": "1",
        "SOURCE_DATE_EPOCH": last.stdout.strip(),
        "JUPYTER_PLATFORM_DIRS": "1",
        "TZ": zone,
        "LC_ALL": locale,
        "LANG": locale,
    }


def build(root: Path, environment: dict[str, str]) -> Path:
    """Build the book in a copy as the Makefile does; the folder of its pages."""
    for command in BUILD:
        run = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
        if run.returncode:
            sys.exit(f"the build in {root} failed:\n{run.stdout[-3000:]}\n{run.stderr[-3000:]}")
    return root / "_build" / "html"


def differences(first: Path, second: Path) -> list[str]:
    """Every file that is missing on one side or differs, with the place of the first different byte."""
    names = {path.relative_to(folder) for folder in (first, second) for path in folder.rglob("*") if path.is_file()}
    found = []
    for name in sorted(names):
        one, other = first / name, second / name
        if not one.exists() or not other.exists():
            found.append(f"{name}: only in the {'first' if one.exists() else 'second'} build")
        elif not filecmp.cmp(one, other, shallow=False):
            left, right = one.read_bytes(), other.read_bytes()
            at = next((n for n, pair in enumerate(zip(left, right, strict=False)) if pair[0] != pair[1]), len(left))
            start = max(0, at - 60)
            found.append(f"{name}, byte {at}: {left[start : at + 60]!r} became {right[start : at + 60]!r}")
    return found


def book() -> int:
    """Build twice and compare; the exit status for ``make reproduce``."""
    with tempfile.TemporaryDirectory() as folder:
        one, other = Path(folder, "a"), Path(folder, "quite another place", "b")
        clock = Path(folder, "clock")
        clock.mkdir()
        (clock / "sitecustomize.py").write_text(CLOCK, encoding="utf-8")
        started = time.time()
        first = build(copy(one), settings(one, "Pacific/Kiritimati", "C.UTF-8"))
        print(f"first build: {time.time() - started:.0f} s, in {one}, TZ=Pacific/Kiritimati", flush=True)
        started = time.time()
        second = build(copy(other), settings(other, "America/St_Johns", "C", clock))
        print(
            f"second build: {time.time() - started:.0f} s, in {other}, TZ=America/St_Johns, 40 days later", flush=True
        )
        found = differences(first, second)
        files = sum(path.is_file() for path in first.rglob("*"))
    print("\n".join(found[:50]))
    print(f"{files} files compared, {len(found)} differ.")
    return bool(found)


def spread(notebooks: list[Path]) -> list[list[Path]]:
    """The notebooks of each place: every other one in the first and third, the rest in the others."""
    return [notebooks[place % 2 :: 2] for place in range(len(PLACES))]


def anywhere(notebooks: list[Path]) -> int:
    """Run notebooks, data and exports in each place; the exit status for ``make anywhere``."""
    apart = ["unshare", "-rn", sys.executable, "-c", CUT_OFF]
    can_cut = shutil.which("unshare") and not subprocess.run([*apart, "/bin/true"], capture_output=True).returncode
    if not can_cut:
        print("this system lets no test cut the network: it stays on")
    failed = 0
    for (folder, zone, locale), chosen in zip(PLACES, spread(notebooks), strict=True):
        paths = [os.path.relpath(path, ROOT / folder) for path in chosen]
        tests = [os.path.relpath(ROOT / "tests" / name, ROOT / folder) for name in ("test_data.py", "test_export.py")]
        environment = settings(ROOT, zone, locale)
        started, results = time.time(), []
        quick = ["-k", "type_its_schema or no_problems or bytes or feed or geopackage or sqlite"]
        parallel = ["-n", "auto", "--dist", "loadfile"]
        runs = [[*parallel, "--nbval", *paths]] if paths else []
        for arguments in [*runs, [*quick, *tests]]:
            pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
            command = [*apart, *pytest] if can_cut else pytest
            run = subprocess.run(
                command, cwd=ROOT / folder, env=environment, capture_output=True, text=True, check=False
            )
            results.append((run.stdout.strip().splitlines() or ["nothing was said"])[-1])
            if run.returncode:
                failed += 1
                print(run.stdout[-3000:], run.stderr[-2000:])
        where = f"{len(paths)} notebooks in {folder}, TZ={zone}, LC_ALL={locale}"
        where += f", PYTHONHASHSEED={environment['PYTHONHASHSEED']}{', no network' if can_cut else ''}"
        print(f"{where}: {'; '.join(results)} ({time.time() - started:.0f} s)", flush=True)
    return bool(failed)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["book", "anywhere"])
    parser.add_argument("notebooks", nargs="*", type=Path, help="for anywhere: these alone")
    asked = parser.parse_args()
    named = [path.resolve() for path in asked.notebooks] or sorted((ROOT / "notebooks").glob("*.ipynb"))
    sys.exit(book() if asked.what == "book" else anywhere(named))
