#!/usr/bin/env python3
"""The AWS CLI believes the simulated AWS: `gradus simulate` on a free port, calls of each service, errors included."""

import argparse
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile


class Cli:
    def __init__(self, url, region="us-east-1"):
        self.environment = {**os.environ, "AWS_ENDPOINT_URL": url, "AWS_ACCESS_KEY_ID": "AKIDSIMULATED",
                            "AWS_SECRET_ACCESS_KEY": "simulated-secret", "AWS_DEFAULT_REGION": region,
                            "AWS_MAX_ATTEMPTS": "1", "AWS_CONFIG_FILE": os.devnull}

    def run(self, *arguments):
        return subprocess.run(["aws", *arguments, "--output", "json"], env=self.environment, capture_output=True,
                              text=True, timeout=60)

    def value(self, *arguments):
        result = self.run(*arguments)
        assert result.returncode == 0, f"aws {' '.join(arguments)}: {result.stderr}"
        return json.loads(result.stdout) if result.stdout.strip() else None

    def error(self, *arguments):
        result = self.run(*arguments)
        assert result.returncode != 0, f"aws {' '.join(arguments)} succeeded: {result.stdout}"
        return result.stderr


def judge_s3(cli, folder):
    """Binary objects, keys that need escaping, pages, groups and errors, by the low and the high commands."""
    data = bytes(range(256)) * 5000
    here, back = folder / "here.bin", folder / "back.bin"
    here.write_bytes(data)
    key = "a b/c+d&é.bin"
    cli.value("s3api", "create-bucket", "--bucket", "judge")
    put = cli.value("s3api", "put-object", "--bucket", "judge", "--key", key, "--body", str(here), "--metadata", "who=judge")
    assert put["ETag"] == '"%s"' % hashlib.md5(data).hexdigest(), put
    got = cli.value("s3api", "get-object", "--bucket", "judge", "--key", key, str(back))
    assert back.read_bytes() == data and got["Metadata"] == {"who": "judge"}, got
    part = cli.value("s3api", "get-object", "--bucket", "judge", "--key", key, "--range", "bytes=250-259", str(back))
    assert back.read_bytes() == data[250:260] and part["ContentRange"] == "bytes 250-259/1280000", part
    assert cli.value("s3api", "head-object", "--bucket", "judge", "--key", key)["ContentLength"] == len(data)
    assert cli.value("s3api", "get-bucket-location", "--bucket", "judge")["LocationConstraint"] is None
    cli.value("s3api", "copy-object", "--bucket", "judge", "--key", "copy", "--copy-source", "judge/" + key)

    listed = cli.value("s3api", "list-objects-v2", "--bucket", "judge", "--page-size", "1")["Contents"]
    assert [entry["Key"] for entry in listed] == [key, "copy"], listed
    groups = cli.value("s3api", "list-objects-v2", "--bucket", "judge", "--delimiter", "/")
    assert [group["Prefix"] for group in groups["CommonPrefixes"]] == ["a b/"], groups

    assert "NoSuchKey" in cli.error("s3api", "get-object", "--bucket", "judge", "--key", "none", str(back))
    assert "(404)" in cli.error("s3api", "head-object", "--bucket", "judge", "--key", "none")
    assert "NoSuchBucket" in cli.error("s3api", "list-objects-v2", "--bucket", "nobodys")
    assert "InvalidRange" in cli.error("s3api", "get-object", "--bucket", "judge", "--key", "copy", "--range", "bytes=9999999-", str(back))
    assert "BucketNotEmpty" in cli.error("s3api", "delete-bucket", "--bucket", "judge")

    assert cli.run("s3", "cp", str(here), "s3://judge/cp/there.bin").returncode == 0
    assert cli.run("s3", "cp", "s3://judge/cp/there.bin", str(back)).returncode == 0
    assert back.read_bytes() == data
    assert "there.bin" in cli.run("s3", "ls", "s3://judge/cp/").stdout
    assert cli.run("s3", "rm", "s3://judge", "--recursive").returncode == 0
    assert cli.run("s3", "rb", "s3://judge").returncode == 0
    assert cli.value("s3api", "list-buckets")["Buckets"] == []


def judge(cli, wrong):
    zones = cli.value("ec2", "describe-availability-zones")["AvailabilityZones"]
    assert {zone["RegionName"] for zone in zones} == {"us-east-1"}, zones
    assert "InvalidAMIID.NotFound" in cli.error("ec2", "run-instances", "--image-id", "ami-00000000", "--instance-type", "g5.xlarge")
    prices = cli.value("ec2", "describe-spot-price-history", "--instance-types", "g5.xlarge", "--product-descriptions", "Linux/UNIX",
                       "--max-items", "5")["SpotPriceHistory"]
    assert prices and all(float(price["SpotPrice"]) > 0 for price in prices), prices

    cli.value("ssm", "put-parameter", "--name", "/judge/a", "--type", "String", "--value", "one")
    assert "ParameterAlreadyExists" in cli.error("ssm", "put-parameter", "--name", "/judge/a", "--type", "String", "--value", "two")
    assert cli.value("ssm", "get-parameter", "--name", "/judge/a")["Parameter"]["Value"] == "one"
    assert "ParameterNotFound" in cli.error("ssm", "get-parameter", "--name", "/judge/none")

    assert cli.value("sts", "get-caller-identity")["Account"] == "123456789012"
    assert cli.value("autoscaling", "describe-auto-scaling-groups")["AutoScalingGroups"] == []
    cli.value("ecs", "create-cluster", "--cluster-name", "judge")
    cli.value("events", "put-rule", "--name", "judge", "--event-pattern", '{"source": ["judge"]}')
    assert [rule["Name"] for rule in cli.value("events", "list-rules")["Rules"]] == ["judge"]
    quota = cli.value("service-quotas", "get-service-quota", "--service-code", "ec2", "--quota-code", "L-3819A6DF")["Quota"]
    assert quota["QuotaCode"] == "L-3819A6DF" and quota["Value"] > 0, quota
    assert cli.value("stepfunctions", "list-state-machines")["stateMachines"] == []
    assert "SignatureDoesNotMatch" in wrong.error("sts", "get-caller-identity")
    assert "SignatureDoesNotMatch" in wrong.error("s3api", "list-buckets")
    with tempfile.TemporaryDirectory() as folder:
        judge_s3(cli, pathlib.Path(folder))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True)
    build = pathlib.Path(parser.parse_args().build)
    if shutil.which("aws") is None:
        print("the AWS CLI isn't installed")
        return 77
    server = subprocess.Popen([build / "gradus", "simulate", "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True)
    try:
        url = re.search(r"http://[\d.:]+", server.stdout.readline()).group()
        wrong = Cli(url)
        wrong.environment["AWS_SECRET_ACCESS_KEY"] = "guessed"
        judge(Cli(url), wrong)
    finally:
        server.kill()
    return 0


if __name__ == "__main__":
    sys.exit(main())
