"""Answers a task: reads its parameters, writes its result."""
import json
import sys

parameters = json.load(sys.stdin)
json.dump({"n": parameters["n"] * 2}, sys.stdout)
