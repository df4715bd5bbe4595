#!/usr/bin/env python3
"""Packs the service models of the npm package aws-sdk into aws/models/.

Usage: tools/pack_models.py PACKAGE_FOLDER BOTOCORE_DATA_FOLDER [OUTPUT_FOLDER]

PACKAGE_FOLDER is the unpacked package (`npm pack aws-sdk@2.1693.0`, then tar). Of each service's
API description this keeps what a client needs: metadata, operations, shapes and page tokens. What
the package leaves out of the API (error shapes, documentation) isn't there to keep. The result is
one compact JSON file a service, in botocore's form with inline shapes; member order is that of the
package. Running it twice gives the same bytes.

The package also leaves out what values a result may have. Least and greatest come from botocore,
whose BOTOCORE_DATA_FOLDER is `botocore/data` of Debian's python3-botocore; enumerations from both,
since those in the package's TypeScript declarations are newer. The modelled errors of S3, whose answers
name an error's code only, come from botocore, too.
"""

import json
import pathlib
import re
import sys

VERSION = "2.1693.0"

# name: (file of the package, name in Step Functions' SDK integrations)
SERVICES = {
    "autoscaling": ("autoscaling-2011-01-01", "autoscaling"),
    "cloudwatch": ("monitoring-2010-08-01", "cloudwatch"),
    "dynamodb": ("dynamodb-2012-08-10", "dynamodb"),
    "ec2": ("ec2-2016-11-15", "ec2"),
    "ecs": ("ecs-2014-11-13", "ecs"),
    "events": ("eventbridge-2015-10-07", "eventbridge"),
    "lambda": ("lambda-2015-03-31", "lambda"),
    "s3": ("s3-2006-03-01", "s3"),
    "secretsmanager": ("secretsmanager-2017-10-17", "secretsmanager"),
    "service-quotas": ("service-quotas-2019-06-24", "servicequotas"),
    "sns": ("sns-2010-03-31", "sns"),
    "sqs": ("sqs-2012-11-05", "sqs"),
    "ssm": ("ssm-2014-11-06", "ssm"),
    "states": ("states-2016-11-23", "sfn"),
    "sts": ("sts-2011-06-15", "sts"),
}

# Services whose modelled errors are added. Where answers name the shape (JSON), or nobody needs it, there are none.
WITH_ERRORS = {"s3"}

# Left out anywhere: for people or other tools. Never looked for among member names.
DROPPED_TRAITS = {"documentation", "deprecated", "deprecatedMessage", "sensitive", "xmlOrder", "box"}


def pack_shape(shape):
    """A shape or the use of one, without the traits nobody reads."""
    packed = {}
    for key, value in shape.items():
        if key in DROPPED_TRAITS:
            continue
        if key == "members":
            value = {name: pack_shape(member) for name, member in value.items()}
        elif key in ("member", "key", "value"):
            value = pack_shape(value)
        packed[key] = value
    return packed


def pack_operation(operation):
    packed = {}
    for key, value in operation.items():
        if key in ("documentation", "deprecated", "deprecatedMessage"):
            continue
        packed[key] = pack_shape(value) if key in ("input", "output") else value
    return packed


class Constraints:
    """Adds `min`, `max` and `enum` to the scalars in the outputs of one packed model."""

    def __init__(self, package, botocore, name, file_name):
        folder = {"states": "stepfunctions"}.get(name, name)
        version = file_name[-len("2006-03-01"):]
        model = json.loads((botocore / folder / version / "service-2.json").read_text())
        self.operations, self.known = model["operations"], model["shapes"]
        declared = {"events": "eventbridge", "states": "stepfunctions", "service-quotas": "servicequotas"}
        text = (package / "clients" / (declared.get(name, name) + ".d.ts")).read_text(encoding="utf-8")
        self.enums = {m[1]: re.findall(r'"([^"]*)"', m[2])
                      for m in re.finditer(r'export type (\w+) = ((?:"[^"]*"\|)+)string;', text)}

    def add(self, packed):
        self.shapes, self.seen = packed["shapes"], set()
        for name, operation in packed["operations"].items():
            known = self.operations.get(name, {}).get("output")
            if known and "output" in operation:
                self.walk(operation["output"], known["shape"])

    def walk(self, use, known_name):
        shape_name = use.get("shape")
        shape = self.shapes[shape_name] if shape_name else use
        if shape_name in self.seen:
            return
        if shape_name:
            self.seen.add(shape_name)
        known = self.known[known_name]
        if known["type"] == "structure":
            for name, member in shape.get("members", {}).items():
                if name in known["members"]:
                    self.walk(member, known["members"][name]["shape"])
        elif known["type"] == "list":
            self.walk(shape["member"], known["member"]["shape"])
        elif known["type"] == "map":
            self.walk(shape["value"], known["value"]["shape"])
        elif known["type"] in ("string", "integer", "long", "float", "double"):
            for trait in ("min", "max"):
                if trait in known:
                    shape[trait] = known[trait]
            if "enum" in known:
                shape["enum"] = list(dict.fromkeys(self.enums.get(known_name, []) + known["enum"]))


def add_errors(botocore, name, file_name, packed):
    """Adds the exceptions and which operation has which."""
    model = json.loads((botocore / name / file_name[-len("2006-03-01"):] / "service-2.json").read_text())
    for shape_name, shape in sorted(model["shapes"].items()):
        if shape.get("exception"):
            members = {member: {} for member in shape["members"]}
            packed["shapes"][shape_name] = {"type": "structure", "members": members, "exception": True}
    for operation_name, operation in model["operations"].items():
        if operation.get("errors") and operation_name in packed["operations"]:
            packed["operations"][operation_name]["errors"] = operation["errors"]


def pack(package, file_name):
    api = json.loads((package / "apis" / (file_name + ".min.json")).read_text())
    pages = json.loads((package / "apis" / (file_name + ".paginators.json")).read_text())
    return {
        "version": api["version"],
        "metadata": api["metadata"],
        "operations": {n: pack_operation(o) for n, o in api["operations"].items()},
        "shapes": {n: pack_shape(s) for n, s in api["shapes"].items()},
        "pagination": pages.get("pagination", {}),
    }


def main():
    package = pathlib.Path(sys.argv[1])
    botocore = pathlib.Path(sys.argv[2])
    default = pathlib.Path(__file__).resolve().parent.parent / "aws" / "models"
    output = pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 else default
    found = json.loads((package / "package.json").read_text())["version"]
    if found != VERSION:
        sys.exit(f"expected aws-sdk {VERSION}, found {found}")
    for name, (file_name, _) in sorted(SERVICES.items()):
        model = pack(package, file_name)
        Constraints(package, botocore, name, file_name).add(model)
        if name in WITH_ERRORS:
            add_errors(botocore, name, file_name, model)
        text = json.dumps(model, separators=(",", ":"), ensure_ascii=False)
        (output / (name + ".json")).write_text(text + "\n", encoding="utf-8")
        print(f"{name}: {len(text)} bytes")


if __name__ == "__main__":
    main()
