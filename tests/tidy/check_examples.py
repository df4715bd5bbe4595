#!/usr/bin/env python3
"""The examples of README.md and docs/ do what they show, and the embedding example builds against an installed gradus.

In a block marked `console`, a line that begins with "$ " is a command; what follows is its whole output, standard error
included, in which a line of "…" stands for any lines, and "…" within a line for any text. The commands of blocks marked
`console with serve` find a server: one for each document."""

import argparse
import contextlib
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BLOCK = re.compile(r"^```console( with serve)?\n(.*?)^```", re.M | re.S)


def examples(text):
    """(command, expected output) of each command in the text."""
    for _, block in BLOCK.findall(text):
        command, expected = None, []
        for line in block.splitlines():
            if line.startswith("$ "):
                if command:
                    yield command, expected
                command, expected = line[2:], []
            else:
                expected.append(line)
        if command:
            yield command, expected


def fits(expected, found):
    pattern = "".join(r"(?:.*\n)*?" if line == "…" else re.escape(line).replace("…", ".*?") + r"\n" for line in expected)
    return re.fullmatch(pattern, found) is not None


@contextlib.contextmanager
def server(build, is_wanted):
    """The environment of commands: with a `gradus serve` of their own where that is wanted."""
    if not is_wanted:
        yield dict(os.environ)
        return
    with subprocess.Popen([build / "gradus", "serve", "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True) as process:
        try:
            url = process.stdout.readline().split()[-1]
            yield os.environ | {"AWS_ENDPOINT_URL_SFN": url, "AWS_REGION": "us-east-1", "AWS_CONFIG_FILE": os.devnull,
                                "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret"}
        finally:
            process.kill()


def check_document(build, document):
    text, faults = document.read_text(encoding="utf-8"), []
    with server(build, any(with_serve for with_serve, _ in BLOCK.findall(text))) as environment:
        for command, expected in examples(text):
            run = command.replace("build/release", os.path.relpath(build, ROOT))
            result = subprocess.run(run, shell=True, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                    text=True, timeout=120, env=environment)
            if not fits(expected, result.stdout):
                faults.append(f"{document.name}: $ {command}\n  expected:\n" + "\n".join(expected) + f"\n  found:\n{result.stdout}")
    return faults


def check_documents(build):
    documents = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    return [fault for document in documents for fault in check_document(build, document)]


def check_embedding(build):
    """Outside of the tree, with nothing but what was installed."""
    with tempfile.TemporaryDirectory() as folder:
        prefix, work = pathlib.Path(folder, "prefix"), pathlib.Path(folder, "work")
        commands = [["cmake", "--install", str(build), "--prefix", str(prefix)],
                    ["cmake", "-S", str(ROOT / "examples/embedding"), "-B", str(work), "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={prefix}"],
                    ["cmake", "--build", str(work)], [str(work / "greeter")]]
        for command in commands:
            result = subprocess.run(command, capture_output=True, text=True)
            if result.returncode != 0:
                return [f"embedding: {' '.join(command)}\n{result.stdout[-3000:]}{result.stderr[-3000:]}"]
        expected = 'SUCCEEDED after 3600 s: "Hello, Ada!"\n'
        return [] if result.stdout == expected else [f"embedding: expected {expected!r}, found {result.stdout!r}"]


def check_embedding_page():
    shown = (ROOT / "docs/embedding.md").read_text(encoding="utf-8")
    program = (ROOT / "examples/embedding/main.cpp").read_text(encoding="utf-8")
    return [] if f"```cpp\n{program}```" in shown else ["docs/embedding.md doesn't show examples/embedding/main.cpp as it is"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True)
    build = pathlib.Path(parser.parse_args().build).resolve()
    faults = check_documents(build) + check_embedding_page() + check_embedding(build)
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
