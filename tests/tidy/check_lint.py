#!/usr/bin/env python3
"""clang-tidy finds nothing in the product's sources. A file that passed isn't checked again until something that it
includes, or the configuration, has changed."""

import argparse
import concurrent.futures
import hashlib
import json
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


def check(build, file, stamp):
    result = subprocess.run(["clang-tidy-14", "--quiet", "-p", str(build), str(ROOT / file)], capture_output=True, text=True)
    if result.returncode == 0:
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.touch()
        return None
    found = [line for line in result.stdout.splitlines() if "error:" in line or "warning:" in line]
    return "\n".join(dict.fromkeys(found)) or result.stderr[-500:]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True)
    build = pathlib.Path(parser.parse_args().build)
    entries = json.loads((build / "compile_commands.json").read_text())
    headers = tree_hash()
    jobs = []
    for entry in entries:
        path = pathlib.Path(entry["file"])
        if build in path.parents or not path.is_relative_to(ROOT):
            continue
        file = path.relative_to(ROOT).as_posix()
        if file.startswith(CHECKED):
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
