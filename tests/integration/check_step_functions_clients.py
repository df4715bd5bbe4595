#!/usr/bin/env python3
"""The AWS CLI and boto3 believe `gradus serve`: machines, executions, an activity's worker, redrive, pages, errors.
What it tells on its own (log records, changes of status, metrics) is true, and it lets in whom it should."""

import argparse
import http.server
import json
import os
import queue
import re
import shutil
import ssl
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.request

ROLE = "arn:aws:iam::123456789012:role/judge"
PREFIX = "arn:aws:states:eu-west-1:123456789012:"
PASS = json.dumps({"StartAt": "P", "States": {"P": {"Type": "Pass", "Result": {"said": "hello"}, "End": True}}})
WAIT = json.dumps({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 3600, "End": True}}})
WORK = json.dumps({"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": PREFIX + "activity:double",
                                                      "TimeoutSeconds": 60, "End": True}}})


def environment(url):
    return {"AWS_ENDPOINT_URL_SFN": url, "AWS_ACCESS_KEY_ID": "AKIDJUDGE", "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_DEFAULT_REGION": "eu-west-1", "AWS_MAX_ATTEMPTS": "1", "AWS_CONFIG_FILE": os.devnull,
            "AWS_DISABLE_HOST_PREFIX_INJECTION": "true"}


def judge_with_cli(url):
    def aws(*arguments):
        return subprocess.run(["aws", "stepfunctions", *arguments, "--output", "json"], capture_output=True, text=True,
                              timeout=60, env={**os.environ, **environment(url)})

    def value(*arguments):
        result = aws(*arguments)
        assert result.returncode == 0, f"aws {' '.join(arguments)}: {result.stderr}"
        return json.loads(result.stdout) if result.stdout.strip() else None

    arn = value("create-state-machine", "--name", "cli", "--definition", PASS, "--role-arn", ROLE)["stateMachineArn"]
    assert arn == PREFIX + "stateMachine:cli", arn
    execution = value("start-execution", "--state-machine-arn", arn, "--name", "one")["executionArn"]
    assert json.loads(value("describe-execution", "--execution-arn", execution)["output"]) == {"said": "hello"}
    events = value("get-execution-history", "--execution-arn", execution)["events"]
    assert [event["type"] for event in events] == ["ExecutionStarted", "PassStateEntered", "PassStateExited",
                                                   "ExecutionSucceeded"], events
    refused = aws("start-execution", "--state-machine-arn", arn, "--name", "one", "--input", "[1]").stderr
    assert "(ExecutionAlreadyExists)" in refused, refused
    refused = aws("create-state-machine", "--name", "bad", "--definition", "{}", "--role-arn", ROLE).stderr
    assert "(InvalidDefinition)" in refused and "SCHEMA_VALIDATION_FAILED" in refused, refused
    checked = value("validate-state-machine-definition", "--definition", "{}")
    assert checked["result"] == "FAIL", checked


def serve_one_task(client, activity):
    """What a worker written with boto3 does."""
    task = client.get_activity_task(activityArn=activity, workerName="judge")
    number = json.loads(task["input"])["number"]
    client.send_task_heartbeat(taskToken=task["taskToken"])
    client.send_task_success(taskToken=task["taskToken"], output=json.dumps(2 * number))


def judge_with_boto3(url):
    import boto3  # only where it is installed
    os.environ.update(environment(url))
    client = boto3.client("stepfunctions")

    activity = client.create_activity(name="double")["activityArn"]
    machine = client.create_state_machine(name="work", definition=WORK, roleArn=ROLE, publish=True)
    assert machine["stateMachineVersionArn"].endswith(":1"), machine
    worker = threading.Thread(target=serve_one_task, args=(client, activity))
    worker.start()
    execution = client.start_execution(stateMachineArn=machine["stateMachineArn"], input='{"number": 21}')["executionArn"]
    worker.join()
    assert client.describe_execution(executionArn=execution)["output"] == "42"

    waiting = client.create_state_machine(name="wait", definition=WAIT, roleArn=ROLE)["stateMachineArn"]
    execution = client.start_execution(stateMachineArn=waiting)["executionArn"]
    client.stop_execution(executionArn=execution, error="Mine", cause="tired")
    stopped = client.describe_execution(executionArn=execution)
    assert (stopped["status"], stopped["error"], stopped["cause"]) == ("ABORTED", "Mine", "tired"), stopped
    client.redrive_execution(executionArn=execution)
    assert client.describe_execution(executionArn=execution)["status"] == "RUNNING"
    try:
        client.redrive_execution(executionArn=execution)
        raise AssertionError("a running execution was redriven")
    except client.exceptions.ExecutionNotRedrivable:
        pass

    express = client.create_state_machine(name="express", definition=PASS, roleArn=ROLE, type="EXPRESS")["stateMachineArn"]
    answer = client.start_sync_execution(stateMachineArn=express, input="{}")
    assert answer["status"] == "SUCCEEDED" and json.loads(answer["output"]) == {"said": "hello"}, answer
    assert answer["billingDetails"]["billedDurationInMilliseconds"] >= 100, answer

    for number in range(7):
        client.start_execution(stateMachineArn=waiting, name=f"n{number}")
    pages = client.get_paginator("list_executions").paginate(stateMachineArn=waiting, PaginationConfig={"PageSize": 3})
    names = [execution["name"] for page in pages for execution in page["executions"]]
    assert len(names) == 8 and names[0] == "n6" and names[6] == "n0", names


class Listener(http.server.BaseHTTPRequestHandler):
    """Takes what a webhook is told."""

    events = queue.Queue()

    def do_POST(self):
        self.events.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *arguments):
        pass


def judge_what_it_tells(url, log):
    import boto3
    client = boto3.client("stepfunctions")
    group = [{"cloudWatchLogsLogGroup": {"logGroupArn": "arn:aws:logs:eu-west-1:123456789012:log-group:g:*"}}]
    logged = client.create_state_machine(name="logged", definition=PASS, roleArn=ROLE, type="EXPRESS", loggingConfiguration={
        "level": "ALL", "includeExecutionData": True, "destinations": group})["stateMachineArn"]
    execution = client.start_sync_execution(stateMachineArn=logged, input="{}")["executionArn"]
    records = [json.loads(line) for line in open(log, encoding="utf-8")]
    assert [record["type"] for record in records] == ["ExecutionStarted", "PassStateEntered", "PassStateExited",
                                                      "ExecutionSucceeded"], records
    assert {record["execution_arn"] for record in records} == {execution}, records
    assert records[3]["details"]["output"] == '{"said":"hello"}', records

    told = PREFIX + "execution:cli:told"
    client.start_execution(stateMachineArn=PREFIX + "stateMachine:cli", name="told")
    statuses = set()
    while len(statuses) < 2:  # they may come in any order, among those of others
        event = Listener.events.get(timeout=60)
        assert event["detail-type"] == "Step Functions Execution Status Change", event
        if event["resources"] == [told]:
            statuses.add(event["detail"]["status"])
    assert statuses == {"RUNNING", "SUCCEEDED"}, statuses

    with urllib.request.urlopen(url + "/metrics") as answer:
        metrics = answer.read().decode()
    assert f'gradus_executions_succeeded_total{{state_machine_arn="{PREFIX}stateMachine:logged"}} 1\n' in metrics, metrics


def refusal(client):
    import botocore.exceptions
    try:
        client.list_state_machines()
    except botocore.exceptions.ClientError as error:
        return error.response["Error"]["Code"]
    raise AssertionError("nothing was refused")


def judge_access(build, folder):
    """Keys, token and certificate."""
    import boto3
    files = {name: os.path.join(folder, name) for name in ("keys", "token", "chain.pem", "key.pem")}
    with open(files["keys"], "w", encoding="utf-8") as keys:
        keys.write("[ci]\naws_access_key_id = AKIDCI\naws_secret_access_key = ci-secret\n")
    with open(files["token"], "w", encoding="utf-8") as token:
        token.write("a-token-of-some-length\n")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
                    "subjectAltName=IP:127.0.0.1", "-keyout", files["key.pem"], "-out", files["chain.pem"]],
                   check=True, capture_output=True)
    server = subprocess.Popen([os.path.join(build, "gradus"), "serve", "--listen", "127.0.0.1:0", "--auth", "sigv4", "--keys",
                               files["keys"], "--bearer-token", files["token"], "--tls-cert", files["chain.pem"], "--tls-key",
                               files["key.pem"]], stdout=subprocess.PIPE, text=True)
    try:
        url = re.search(r"https://[\d.:]+", server.stdout.readline()).group()

        def client(key, secret):
            return boto3.client("stepfunctions", endpoint_url=url, region_name="eu-west-1", aws_access_key_id=key,
                                aws_secret_access_key=secret, verify=files["chain.pem"])

        assert client("AKIDCI", "ci-secret").list_state_machines()["stateMachines"] == []
        assert refusal(client("AKIDCI", "another")) == "InvalidSignatureException"
        assert refusal(client("AKIDNONE", "ci-secret")) == "UnrecognizedClientException"

        def metrics(headers):
            request = urllib.request.Request(url + "/metrics", headers=headers)
            with urllib.request.urlopen(request, context=ssl.create_default_context(cafile=files["chain.pem"])) as answer:
                return answer.status

        try:
            metrics({})
            raise AssertionError("metrics without a token")
        except urllib.error.HTTPError as error:
            assert error.code == 401, error
        assert metrics({"Authorization": "Bearer a-token-of-some-length"}) == 200
    finally:
        server.kill()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True)
    build = parser.parse_args().build
    try:
        import boto3  # noqa: F401
    except ImportError:
        print("boto3 isn't installed")
        return 77
    if shutil.which("aws") is None:
        print("the AWS CLI isn't installed")
        return 77
    listener = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=listener.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as folder:
        log = os.path.join(folder, "log.jsonl")
        server = subprocess.Popen([os.path.join(build, "gradus"), "serve", "--listen", "127.0.0.1:0", "--log", log,
                                   "--events", f"http://127.0.0.1:{listener.server_port}/"], stdout=subprocess.PIPE, text=True)
        try:
            url = re.search(r"http://[\d.:]+", server.stdout.readline()).group()
            judge_with_cli(url)
            judge_with_boto3(url)
            judge_what_it_tells(url, log)
            server.terminate()
            assert server.wait(timeout=60) == 0
        finally:
            server.kill()
        judge_access(build, folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
