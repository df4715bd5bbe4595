#!/usr/bin/env python3
"""clang-tidy finds nothing in the product's sources: in all of them under CI or with --all, else in those that differ
from the last commit. A file that passed isn't checked again until a header, the configuration or itself has changed."""

import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CHECKED = ("states/", "engine/", "aws/", "workflows/", "tools/")


def tree_hash():
    """Headers decide about every file, so one of them changes all stamps; that is coarse, and safe."""
    digest = hashlib.sha256((ROOT / ".clang-tidy").read_bytes())
    for top in ("include", "states", "aws", "engine", "workflows", "tools"):
        for path in sorted((ROOT / top).rglob("*.hpp")) if (ROOT / top).is_dir() else []:
            digest.update(path.read_bytes())
    return digest


def changed_files():
    listed = subprocess.run(["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, text=True).stdout
    return {line[3:].split(" -> ")[-1] for line in listed.splitlines()}


def check(build, file, stamp):
    result = subprocess.run(["clang-tidy-14", "--quiet", "-p", str(build), str(ROOT / file)], capture_output=True, text=True)
    if result.returncode == 0:
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.touch()
        return None
    found = [line for line in result.stdout.splitlines() if "error:" in line or "warning:" in line]
    return f"{file}:\n  " + ("\n  ".join(dict.fromkeys(found)) or result.stderr[-500:])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True)
    parser.add_argument("--all", action="store_true", help="every file, not only those that changed")
    arguments = parser.parse_args()
    build = pathlib.Path(arguments.build)
    wanted = None if arguments.all or os.environ.get("CI") else changed_files()
    entries = json.loads((build / "compile_commands.json").read_text())
    headers = tree_hash()
    jobs = []
    for entry in entries:
        path = pathlib.Path(entry["file"])
        if build in path.parents or not path.is_relative_to(ROOT):
            continue
        file = path.relative_to(ROOT).as_posix()
        if file.startswith(CHECKED) and (wanted is None or file in wanted):
            digest = headers.copy()
            digest.update(path.read_bytes())
            stamp = ROOT / "build/lint" / f"{file.replace('/', '_')}.{digest.hexdigest()[:20]}"
            if not stamp.exists():
                jobs.append((file, stamp))
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        faults = [f for f in pool.map(lambda job: check(build, *job), jobs) if f]
    print("\n".join(faults).replace(str(ROOT) + "/", ""))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
