#!/usr/bin/env python3
"""Every source file is formatted as .clang-format says, and short enough."""

import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
LINES_MAX = {".hpp": 400, ".cpp": 500}


def main():
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "*.cpp", "*.hpp"], cwd=ROOT,
                            capture_output=True, text=True, check=True).stdout.split()
    files = [f for f in listed if (ROOT / f).is_file()]
    faults = []
    for file in files:
        lines = (ROOT / file).read_text(encoding="utf-8").count("\n")
        if lines > LINES_MAX[pathlib.Path(file).suffix]:
            faults.append(f"{file}: {lines} lines; find the second concept inside")
    result = subprocess.run(["clang-format-14", "--dry-run", "--Werror", *files], cwd=ROOT, capture_output=True, text=True)
    faults += [line for line in result.stderr.splitlines() if "error:" in line][:40]
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
