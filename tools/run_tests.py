#!/usr/bin/env python3
"""Runs all tests of a build and counts them.

Test programs are GoogleTest's; the corpus of recorded behaviour runs through gradus-conformance; the
checks of the tree itself are the programs in tests/tidy. The last line is "N passed, N failed, N skipped".
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
IN_CI = bool(os.environ.get("CI"))


class Totals:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def add(self, name, passed=0, failed=0, skipped=0, note=""):
        self.passed += passed
        self.failed += failed
        self.skipped += skipped
        word = "FAILED" if failed else "ok"
        print(f"{word:6} {name}: {passed} passed, {failed} failed, {skipped} skipped{note}", flush=True)


def run_program(totals, program):
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        result = subprocess.run(
            [program, f"--gtest_output=json:{report.name}", "--gtest_brief=1"],
            cwd=ROOT, capture_output=True, text=True, errors="replace")
        try:
            counts = json.load(open(report.name))
        except ValueError:
            counts = None
    if counts is None or (result.returncode != 0 and counts["failures"] == 0):
        print(result.stdout[-6000:], result.stderr[-6000:], sep="\n")
        totals.add(program.name, failed=1, note=f" (ended with {result.returncode})")
        return
    skipped = 0
    for suite in counts["testsuites"]:
        for test in suite["testsuite"]:
            if test.get("result") == "SKIPPED":
                skipped += 1
                print(f"       skipped: {suite['name']}.{test['name']}")
    if counts["failures"]:
        print(result.stdout[-8000:])
    failed = counts["failures"]
    if IN_CI and skipped:
        failed, skipped = failed + skipped, 0
    totals.add(program.name, counts["tests"] - failed - skipped, failed, skipped)


def run_check(totals, script, arguments):
    result = subprocess.run([sys.executable, script, *arguments], cwd=ROOT, capture_output=True, text=True)
    name = f"{script.parent.name}/{script.stem.removeprefix('check_')}"
    if result.returncode == 77:  # what it needs isn't here
        totals.add(name, failed=int(IN_CI), skipped=int(not IN_CI), note=f" ({result.stdout.strip()})")
        return
    if result.returncode != 0:
        print(result.stdout[-8000:], result.stderr[-4000:], sep="\n")
    totals.add(name, passed=int(result.returncode == 0), failed=int(result.returncode != 0))


def corpus_folder():
    named = os.environ.get("GRADUS_SHARED")
    return pathlib.Path(named) if named else ROOT.parent / "shared"


def known_failures():
    """Case ids (or parts of details) that can't pass yet, each with its reason."""
    known = {}
    for line in (ROOT / "tests/conformance/known_failures.txt").read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            what, reason = line.split(" # ", 1)
            known[what.strip()] = reason.strip()
    return known


def run_conformance(totals, build):
    if not (build / "gradus-conformance").exists():  # a build of a few test programs only
        return
    folder = corpus_folder() / "conformance"
    if not folder.is_dir():
        totals.add("conformance", failed=int(IN_CI), skipped=int(not IN_CI), note=f" (no corpus at {folder.name})")
        return
    known = known_failures()
    seen = set()
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as report:
        rows = []
        for kind in ([], ["--replay"], ["--replay-changed"]):
            result = subprocess.run([build / "gradus-conformance", *kind, "--report", report.name, folder],
                                    capture_output=True, text=True, errors="replace")
            new = [json.loads(line) for line in open(report.name)]
            if result.returncode not in (0, 1) or not new:  # a crash is a negative number
                print(result.stdout[-3000:], result.stderr[-3000:], sep="\n")
                totals.add("conformance", failed=1, note=f" ({' '.join(kind)} ended with {result.returncode})")
                return
            rows += new
    groups = {}
    for row in rows:
        row["id"] = row["id"].removeprefix("replay of ")
        is_asl = row["file"].startswith(("execution", "teststate", "api", "validation"))
        name = row["file"].split("-")[0] if is_asl and not row["group"].startswith("replay") else row["group"]
        counts = groups.setdefault(name, [0, 0, 0])
        if row["outcome"] == "passed":
            counts[0] += 1
            if row["id"] in known:
                print(f"       passes now, take it out of known_failures.txt: {row['id']}")
                counts[0] -= 1
                counts[1] += 1
        elif row["outcome"] == "skipped":
            counts[2] += 1
        else:
            reason = known.get(row["id"]) or next((known[k] for k in known if k in row["detail"]), None)
            seen.add(row["id"])
            if reason:
                counts[2] += 1
            else:
                print(f"       {row['file']}: {row['id']}: {row['detail'][:500]}")
                counts[1] += 1
    for name, (passed, failed, skipped) in sorted(groups.items()):
        totals.add(f"conformance/{name}", passed, failed, skipped)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True, help="build folder")
    parser.add_argument("--only", default="", help="run only programs and checks with this in their name")
    parser.add_argument("--no-tidy", action="store_true", help="leave the checks of the tree out (sanitizer builds)")
    arguments = parser.parse_args()
    build = (ROOT / arguments.build).resolve()
    totals = Totals()
    for program in sorted((build / "tests").iterdir()):
        if program.is_file() and os.access(program, os.X_OK) and arguments.only in program.name:
            run_program(totals, program)
    if arguments.only in "conformance":
        run_conformance(totals, build)
    if not arguments.no_tidy:
        for script in sorted([*(ROOT / "tests/tidy").glob("check_*.py"), *(ROOT / "tests/integration").glob("check_*.py")]):
            if arguments.only in script.stem:
                run_check(totals, script, ["--build", str(build)])
    print(f"{totals.passed} passed, {totals.failed} failed, {totals.skipped} skipped")
    return 1 if totals.failed or totals.passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
