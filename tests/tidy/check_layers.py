#!/usr/bin/env python3
"""Includes point downward, states/ and the pure half of aws/ are pure, headers of others stay behind their seams."""

import argparse
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent

# Folder (longest prefix wins) -> what it may include of ours, besides itself and include/gradus.
MAY_INCLUDE = {
    "include/gradus": [],
    "states/base": [],
    "states/json": ["states/base"],
    "states/query": ["states/base", "states/json"],
    "states": ["states"],
    "aws/simulated": ["aws", "states/base"],
    "aws/http": ["aws", "states/base"],
    "aws": ["aws/events", "aws/signing", "aws/model", "aws/protocol", "aws/endpoint", "aws/credentials", "aws/http/message.hpp",
            "aws/http/transport.hpp", "aws/http/pool.hpp", "states/base"],
    "engine/store": ["states/input_json.hpp", "states/member_reader.hpp", "states/base"],
    "engine/shard": ["engine/store/store.hpp", "engine/store/records.hpp", "states"],
    "engine/integrations": ["engine/store/store.hpp", "aws", "states/base", "states/item_pages.hpp"],
    "engine/api": ["engine/integrations/activity_tasks.hpp", "engine/store/records.hpp", "states/base", "states/member_reader.hpp"],
    "engine/engine": ["engine/api", "engine/shard", "engine/store", "engine/integrations", "states", "aws"],
    "engine/archive": ["engine/api/registry_json.hpp", "engine/store/sqlite_reader.hpp", "states/replay/exact.hpp"],
    "engine/sim": ["engine/engine", "aws", "states/base"],
    "engine/runtime": ["engine/engine", "aws"],
    "engine/server": ["aws/http/message.hpp", "aws/signing/verify.hpp", "aws/uri_encoding.hpp", "states/base"],
    "workflows": ["workflows", "states/base", "engine/sim", "engine/runtime", "aws/simulated", "aws/events"],
    "tools": ["states", "aws", "engine", "workflows", "tools"],
    "bench": ["states", "aws", "engine", "workflows", "bench"],
    "tests": ["states", "aws", "engine", "workflows", "tools", "tests"],
}

# Third-party header -> the places that may include it.
THIRD_PARTY = {
    r"boost/system/": ["include/gradus/result.hpp"],
    r"boost/json": ["states/json/parse.cpp"],
    r"boost/(asio|beast)": ["aws/http", "engine/runtime", "engine/server", "tests"],
    r"openssl/": ["states/base/hash.cpp", "aws/http", "tests"],
    r"pcre2": ["states/query/jsonata/regex.cpp"],
    r"pugixml": ["aws/protocol"],
    r"zstd\.h": ["aws/model", "engine/integrations/decompressor.cpp", "tests"],
    r"sqlite3\.h": ["engine/store/sqlite.cpp", "tests"],
    r"zlib\.h": ["engine/integrations/decompressor.cpp", "tests"],
    r"spdlog/": ["tools/gradus"],
    r"CLI/": ["tools"],
    r"gtest/": ["tests"],
    r"benchmark/": ["bench"],
}
BEAST_FILES_MAX = 2

PURE = ["states", "aws", "engine/shard", "workflows/capacity"]
IMPURE_PARTS = ["aws/http"]
PURE_IN_IMPURE = ["aws/http/message", "aws/http/transport", "aws/http/pool"]
BANNED_HEADERS = {"thread", "mutex", "atomic", "future", "condition_variable", "iostream", "fstream", "filesystem", "regex",
                  "random", "ctime", "unistd.h", "sys/socket.h", "sys/stat.h"}
BANNED_CALLS = re.compile(r"\b(system_clock::now|steady_clock::now|std::random_device|getenv|std::time\(|fopen|socket\(|"
                          r"std::cout|std::cerr|thread_local)\b")
# Reference counts are the one use of atomics; the assertion that aborts is the one use of stderr.
EXCEPTIONS = {("states/json/block.hpp", "atomic")}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)


def sources():
    for top in ("include", "states", "aws", "engine", "workflows", "tools", "bench", "tests"):
        folder = ROOT / top
        if folder.is_dir():
            for path in sorted(folder.rglob("*")):
                if path.suffix in (".hpp", ".cpp"):
                    yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def layer_of(path):
    fitting = [layer for layer in MAY_INCLUDE if path == layer or path.startswith(layer + "/")]
    return max(fitting, key=len)


def is_pure(path):
    if any(path.startswith(p) for p in PURE_IN_IMPURE):
        return True
    return any(path.startswith(p + "/") for p in PURE) and not any(path.startswith(p + "/") for p in IMPURE_PARTS)


def check_include(path, target, faults):
    if target.startswith("gradus/"):
        return
    if not re.match(r"(states|aws|engine|workflows|tools|bench|tests)/", target):
        faults.append(f"{path}: \"{target}\" isn't a path from the top of the tree")
        return
    layer = layer_of(path)
    if layer_of(target) == layer:
        return
    allowed = MAY_INCLUDE[layer]
    if not any(target == a or target.startswith(a + "/") for a in allowed):
        faults.append(f"{path}: {layer} may not include {target}")


def check_third_party(path, target, faults):
    for pattern, places in THIRD_PARTY.items():
        if re.match(pattern, target) and not any(path == p or path.startswith(p + "/") for p in places):
            faults.append(f"{path}: <{target}> belongs to {', '.join(places)}")
    if is_pure(path) and target in BANNED_HEADERS and (path, target) not in EXCEPTIONS:
        faults.append(f"{path}: <{target}> has no place in pure code")


def main():
    argparse.ArgumentParser().parse_known_args()
    faults = []
    beast = set()
    for path, text in sources():
        for kind, target in INCLUDE.findall(text):
            if kind == '"':
                check_include(path, target, faults)
            else:
                check_third_party(path, target, faults)
                if "boost/beast" in target and not path.startswith("tests/"):
                    beast.add(path)
        if is_pure(path):
            for number, line in enumerate(text.splitlines(), 1):
                code = line.split("//")[0]
                if BANNED_CALLS.search(code):
                    faults.append(f"{path}:{number}: not pure: {line.strip()}")
    if len(beast) > BEAST_FILES_MAX:
        faults.append(f"Beast is included by {sorted(beast)}; at most {BEAST_FILES_MAX} product files may")
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
