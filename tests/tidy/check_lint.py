#!/usr/bin/env python3
"""clang-tidy finds nothing in the product's sources: in all of them under CI or with --all, else in those that differ
from the last commit. A file that passed isn't checked again until a header, the configuration or itself has changed."""

import argparse
import collections
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CHECKED = ("states/", "engine/", "aws/", "workflows/", "tools/")
GROUP_SIZE = 6
Job = collections.namedtuple("Job", "file name stamp entry")


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


def without_prelude(entries):
    """The commands without g++'s precompiled headers, which clang can't read."""
    prelude = re.compile(r" -Winvalid-pch| -fpch-preprocess| -include \S+cmake_pch\.hxx")
    return [entry | {"command": prelude.sub("", entry["command"])} for entry in entries]


def tidy(folder, file, *options):
    return subprocess.run(["clang-tidy-14", "--quiet", "-p", str(folder), *options, str(file)], capture_output=True, text=True)


def check_alone(folder, file):
    result = tidy(folder, ROOT / file)
    if result.returncode == 0:
        return []
    found = [line for line in result.stdout.splitlines() if "error:" in line or "warning:" in line]
    return [f"{file}:\n  " + ("\n  ".join(dict.fromkeys(found)) or result.stderr[-500:])]


def check(folder, group):
    """The faults of the group's files. They are read as one file, since the headers that they share take most of the time;
    when there is something to say, or two of them don't go into one file, each speaks for itself."""
    if len(group) > 1:
        together = folder / f"{group[0].name}.together.cpp"
        together.write_text("".join(f'#include "{ROOT / job.file}"\n' for job in group))
        command = group[0].entry["command"].replace(group[0].entry["file"], str(together))
        one = folder / f"{group[0].name}.together"
        one.mkdir(exist_ok=True)
        entry = group[0].entry | {"command": command, "file": str(together)}
        (one / "compile_commands.json").write_text(json.dumps([entry]))
        if tidy(one, together, "--checks=-bugprone-suspicious-include").returncode == 0:
            for job in group:
                job.stamp.touch()
            return []
    faults = []
    for job in group:
        found = check_alone(folder, job.file)
        faults += found
        if not found:
            job.stamp.touch()
    return faults


def groups_of(jobs):
    """Neighbours in one folder, which are compiled alike."""
    by_folder = {}
    for job in jobs:
        by_folder.setdefault(pathlib.Path(job.file).parent, []).append(job)
    return [of[i : i + GROUP_SIZE] for of in by_folder.values() for i in range(0, len(of), GROUP_SIZE)]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True)
    parser.add_argument("--all", action="store_true", help="every file, not only those that changed")
    arguments = parser.parse_args()
    build = pathlib.Path(arguments.build)
    wanted = None if arguments.all or os.environ.get("CI") else changed_files()
    entries = without_prelude(json.loads((build / "compile_commands.json").read_text()))
    folder = ROOT / "build/lint"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "compile_commands.json").write_text(json.dumps(entries, indent=1))
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
            name = file.replace("/", "_")
            stamp = folder / f"{name}.{digest.hexdigest()[:20]}"
            if not stamp.exists():
                jobs.append(Job(file, name, stamp, entry))
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        faults = [fault for found in pool.map(lambda group: check(folder, group), groups_of(jobs)) for fault in found]
    print("\n".join(faults).replace(str(ROOT) + "/", ""))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
