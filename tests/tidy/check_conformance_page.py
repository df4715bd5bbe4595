#!/usr/bin/env python3
"""Every test that docs/conformance.md names exists, and every rule names one or says that it doesn't hold."""

import argparse
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs/conformance.md"
TEST = re.compile(r"\bTEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\s*\)")
NAMED = re.compile(r"`(\w+\.\w+)`")
RECORDED = re.compile(r"recorded: ?`?([a-z][\w-]*)`?")


def known_tests():
    tests = set()
    for path in (ROOT / "tests").rglob("*_test.cpp"):
        tests.update(".".join(found) for found in TEST.findall(path.read_text(encoding="utf-8")))
    return tests


def rules():
    """(line number, cells) of the rows of the tables of rules."""
    is_rule = False
    for number, line in enumerate(PAGE.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("#"):
            is_rule = False
        elif line.startswith("| Rule |"):
            is_rule = True
        elif is_rule and line.startswith("|") and not line.startswith("|---"):
            yield number, [cell.strip() for cell in line.strip("|").split("|")]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True)
    parser.parse_args()
    tests, faults = known_tests(), []
    for number, cells in rules():
        where = f"docs/conformance.md:{number}"
        if len(cells) != 3:
            faults.append(f"{where}: expected three cells, found {len(cells)}")
            continue
        named = NAMED.findall(cells[2])
        faults += [f"{where}: there is no test {name}" for name in named if name not in tests]
        if cells[1].startswith("yes") and not named and not RECORDED.search(cells[2]):
            faults.append(f"{where}: says that it holds, and names no test")
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
