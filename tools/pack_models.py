#!/usr/bin/env python3
"""Packs AWS service models into aws/models/services.bundle and aws/models/embedded.bundle.

Usage: tools/pack_models.py PACKAGE_FOLDER [OUTPUT_FOLDER]
       tools/pack_models.py --show SERVICE [BUNDLE]

PACKAGE_FOLDER is the unpacked npm package (`npm pack @aws-cdk/asset-awscli-v1@2.2.296`, then tar), whose
lib/layer.zip holds the AWS CLI and in it the models of every service. Of each model this keeps what a client
needs: operations, shapes, errors, endpoint rules, page tokens, waiters. The newest version of a service is
taken, and of its protocols the oldest, which every stand-in for AWS speaks, too. Running it twice gives the
same bytes. aws/models/README.md describes the format.

--show prints one model of a bundle as JSON.
"""

import json
import pathlib
import re
import subprocess
import sys
import zipfile

PACKAGE = ("@aws-cdk/asset-awscli-v1", "2.2.296")
DATA = "awscli/awscli/botocore/data/"
MODELS = pathlib.Path(__file__).resolve().parent.parent / "aws" / "models"

# Those that gradus itself calls, simulates or has optimised integrations for: compiled into the program.
EMBEDDED = ["autoscaling", "cloudwatch", "dynamodb", "ec2", "ecs", "events", "lambda", "s3", "secretsmanager",
            "service-quotas", "sns", "sqs", "ssm", "stepfunctions", "sts"]

PROTOCOLS = ["query", "ec2", "json", "rest-json", "rest-xml", "smithy-rpc-v2-cbor"]

# What the AWS CLI calls services whose models have other names.
CLI_NAMES = {"codedeploy": "deploy", "config": "configservice", "s3": "s3api"}

# Where AWS was seen to go by something else than the newest model: service, shape, trait. TestState refuses a
# function of more than 10,240 MB, and so says the Lambda Developer Guide ("Lambda quotas").
OBSERVED = {("lambda", "MemorySize", "max"): 10240}

METADATA = ["apiVersion", "awsQueryCompatible", "endpointPrefix", "jsonVersion", "serviceFullName", "serviceId",
            "signatureVersion", "signingName", "targetPrefix", "xmlNamespace"]
OPERATION = ["http", "endpoint", "authtype", "unsignedPayload", "httpChecksumRequired", "httpChecksum",
             "staticContextParams"]
# Of shapes and of their uses.
TRAITS = ["type", "shape", "required", "enum", "min", "max", "exception", "error", "union", "payload",
          "timestampFormat", "document", "eventstream", "event", "eventpayload", "eventheader", "streaming",
          "location", "locationName", "queryName", "xmlNamespace", "xmlAttribute", "flattened", "resultWrapper",
          "idempotencyToken", "hostLabel", "jsonvalue", "contextParam"]


def pack_shape(shape):
    """A shape or the use of one, without what nobody reads."""
    packed = {trait: shape[trait] for trait in TRAITS if trait in shape}
    if "members" in shape:
        packed["members"] = {name: pack_shape(member) for name, member in shape["members"].items()}
    for part in ("member", "key", "value"):
        if part in shape:
            packed[part] = pack_shape(shape[part])
    return packed


def pack_operation(operation):
    packed = {trait: operation[trait] for trait in OPERATION if trait in operation}
    for part in ("input", "output"):
        if part in operation:
            packed[part] = pack_shape(operation[part])
    if operation.get("errors"):
        packed["errors"] = [{"shape": error["shape"]} for error in operation["errors"]]
    return packed


def used_shapes(operations, shapes):
    """The names of those that an operation or an exception leads to."""
    used = set()
    todo = [operation[part]["shape"] for operation in operations.values()
            for part in ("input", "output") if part in operation]
    todo += [name for name, shape in shapes.items() if shape.get("exception")]
    while todo:
        name = todo.pop()
        if name in used:
            continue
        used.add(name)
        shape = shapes[name]
        todo += [member["shape"] for member in shape.get("members", {}).values()]
        todo += [shape[part]["shape"] for part in ("member", "key", "value") if part in shape]
    return used


def without_documentation(value):
    """Endpoint rules without their texts. No parameter or property has that name."""
    if isinstance(value, dict):
        return {name: without_documentation(inner) for name, inner in value.items() if name != "documentation"}
    if isinstance(value, list):
        return [without_documentation(inner) for inner in value]
    return value


def merge(target, extras):
    for name, value in extras.items():
        if isinstance(value, dict) and isinstance(target.get(name), dict):
            merge(target[name], value)
        else:
            target[name] = value


def sdk_name(service_id):
    """How resources of Step Functions name a service: as the Java SDK's client, in lower case."""
    name = re.sub("[^a-z0-9]", "", service_id.lower())
    name = re.sub("^(amazon|aws)(?=.)", "", name)
    return re.sub("(?<=.)service$", "", name)


class Data:
    """The data folder in the package."""

    def __init__(self, package):
        self.archive = zipfile.ZipFile(package / "lib" / "layer.zip")
        self.files = {name[len(DATA):] for name in self.archive.namelist() if name.startswith(DATA)}
        versions = {}
        for name in self.files:
            if name.endswith("/service-2.json"):
                service, version, _ = name.split("/")
                versions[service] = max(version, versions.get(service, ""))
        self.versions = dict(sorted(versions.items()))

    def read(self, service, file):
        folder = f"{service}/{self.versions[service]}/"
        if folder + file + ".json" not in self.files:
            return {}
        document = json.loads(self.archive.read(DATA + folder + file + ".json"))
        extras = folder + file + ".sdk-extras.json"
        if extras in self.files:
            merge(document, json.loads(self.archive.read(DATA + extras))["merge"])
        return document


def pack(data, service):
    model = data.read(service, "service-2")
    metadata = {name: model["metadata"][name] for name in METADATA if name in model["metadata"]}
    offered = model["metadata"].get("protocols", [model["metadata"]["protocol"]])
    metadata["protocol"] = next(protocol for protocol in PROTOCOLS if protocol in offered)
    if service == "s3control":  # its endpoint rules put the account into the host, too
        for operation in model["operations"].values():
            operation.pop("endpoint", None)
    for (of, shape, trait), value in OBSERVED.items():
        if of == service:
            model["shapes"][shape][trait] = value
    used = used_shapes(model["operations"], model["shapes"])
    return {
        "metadata": dict(sorted(metadata.items())),
        "operations": {name: pack_operation(operation) for name, operation in model["operations"].items()},
        "shapes": {name: pack_shape(shape) for name, shape in model["shapes"].items() if name in used},
        "endpointRules": without_documentation(data.read(service, "endpoint-rule-set-1")),
        "pagination": data.read(service, "paginators-1").get("pagination", {}),
        "waiters": {name: without_documentation(waiter)
                    for name, waiter in data.read(service, "waiters-2").get("waiters", {}).items()},
    }


def add_aliases(entries, models):
    """The names that a service has in signatures and hosts, where they mean no other service."""
    taken = {entry[key] for entry in entries for key in ("name", "sdk")}
    claims = {}
    for entry in entries:
        metadata = models[entry["name"]]["metadata"]
        names = {metadata["endpointPrefix"], metadata.get("signingName", ""), CLI_NAMES.get(entry["name"], "")}
        for name in {name for name in names - taken - {""} if "." not in name}:
            claims.setdefault(name, []).append(entry)
    for name, claimants in sorted(claims.items()):
        if len(claimants) == 1:
            claimants[0].setdefault("aliases", []).append(name)


def compressed(model):
    text = json.dumps(model, separators=(",", ":"), ensure_ascii=False).encode()
    command = ["zstd", "-q", "-19", "--check", "-c", f"--stream-size={len(text)}"]
    return subprocess.run(command, input=text, capture_output=True, check=True).stdout


def write_bundle(path, origin, entries, frames):
    offset = 0
    services = []
    for entry in entries:
        size = len(frames[entry["name"]])
        services.append({**entry, "offset": offset, "size": size})
        offset += size
    lines = ",\n".join(json.dumps(service, separators=(",", ":")) for service in services)
    index = ('{"origin":' + json.dumps(origin) + ',"services":[\n' + lines + "\n]}\n").encode()
    body = b"".join(frames[entry["name"]] for entry in entries)
    path.write_bytes(f"gradus-services 1 {len(index)}\n".encode() + index + body)
    print(f"{path.name}: {len(entries)} services, {path.stat().st_size} bytes")


def show(service, path):
    content = path.read_bytes()
    header, _, rest = content.partition(b"\n")
    size = int(header.split()[2])
    for entry in json.loads(rest[:size])["services"]:
        if service in (entry["name"], entry["sdk"], *entry.get("aliases", [])):
            start = size + entry["offset"]
            subprocess.run(["zstd", "-q", "-d", "-c"], input=rest[start:start + entry["size"]], check=True)
            return
    sys.exit(f"no service '{service}' in {path}")


def main():
    if len(sys.argv) > 2 and sys.argv[1] == "--show":
        show(sys.argv[2], pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 else MODELS / "services.bundle")
        return
    package = pathlib.Path(sys.argv[1])
    output = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else MODELS
    about = json.loads((package / "package.json").read_text())
    if (about["name"], about["version"]) != PACKAGE:
        sys.exit(f"expected {'@'.join(PACKAGE)}, found {about['name']}@{about['version']}")
    data = Data(package)
    models = {service: pack(data, service) for service in data.versions}
    entries = [{"name": service, "sdk": sdk_name(model["metadata"]["serviceId"])}
               for service, model in models.items()]
    add_aliases(entries, models)
    frames = {service: compressed(model) for service, model in models.items()}
    origin = f"AWS service models, Apache License 2.0, Copyright Amazon.com, Inc. or its affiliates; " \
             f"packed for gradus from {'@'.join(PACKAGE)}"
    write_bundle(output / "services.bundle", origin, entries, frames)
    write_bundle(output / "embedded.bundle", origin,
                 [entry for entry in entries if entry["name"] in EMBEDDED], frames)


if __name__ == "__main__":
    main()
