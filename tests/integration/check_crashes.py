#!/usr/bin/env python3
"""`gradus serve --store` is killed again and again, at random moments, under load from boto3; nothing that it promised is
lost, and nothing is there twice. --kills says how often; --seed repeats the moments, as far as threads and disks let one."""

import argparse
import collections
import json
import os
import pathlib
import random
import re
import select
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

ROLE = "arn:aws:iam::123456789012:role/judge"
PREFIX = "arn:aws:states:eu-west-1:123456789012:"
ACTIVITY = PREFIX + "activity:work"
# A worker that is told of a task the moment the server dies never hears of it: then the time-out helps, as on AWS.
ASK = {"Type": "Task", "Resource": ACTIVITY, "TimeoutSeconds": 2,
       "Retry": [{"ErrorEquals": ["States.Timeout"], "IntervalSeconds": 1, "MaxAttempts": 99, "BackoffRate": 1.0}]}
MACHINES = {
    "pass": {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}},
    "wait": {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1, "End": True}}},
    "chain": {"StartAt": "A", "States": {"A": {**ASK, "ResultPath": "$.a", "Next": "B"}, "B": {**ASK, "ResultPath": "$.b", "End": True}}},
    "both": {"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": True, "Branches": [
        {"StartAt": "L", "States": {"L": {**ASK, "End": True}}},
        {"StartAt": "R", "States": {"R": {"Type": "Wait", "Seconds": 1, "Next": "S"}, "S": {**ASK, "End": True}}}]}}},
    "parent": {"StartAt": "C", "States": {"C": {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2", "End": True,
                                                "Parameters": {"StateMachineArn": PREFIX + "stateMachine:chain", "Input": {}}}}},
    "map": {"StartAt": "M", "States": {"M": {"Type": "Map", "End": True, "Label": "each", "ItemsPath": "$.items", "ItemProcessor": {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "A", "States": {"A": {**ASK, "End": True}}}}}},
}
EXECUTIONS_AT_ONCE = 24  # so that a run ends


class Server:
    """One process after the other on the same store."""

    def __init__(self, build, store):
        import boto3  # only where it is installed
        self.command = [os.path.join(build, "gradus"), "serve", "--listen", "127.0.0.1:0", "--store", store]
        self.session = boto3.session.Session(aws_access_key_id="AKIDJUDGE", aws_secret_access_key="secret",
                                             region_name="eu-west-1")
        self.client = None
        self.starts = 0
        self.serves = threading.Event()

    def begin(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.starts += 1

    def wait_until_it_serves(self):
        from botocore.config import Config
        found = re.search(r"http://[\d.:]+", self.process.stdout.readline())
        if not found:
            raise AssertionError(f"the server didn't start: {self.process.stderr.read()}")
        self.client = self.session.client("stepfunctions", endpoint_url=found.group(), config=Config(
            retries={"max_attempts": 0}, connect_timeout=2, read_timeout=70, inject_host_prefix=False, max_pool_connections=50))
        self.serves.set()

    def wait_in_recovery(self, seconds):
        """So long, or until it serves: nothing but the clock tells moments within recovery apart."""
        select.select([self.process.stdout], [], [], seconds)

    def audit(self):
        """Whatever the file holds, at this instant: every execution must be what its inputs lead to."""
        result = subprocess.run([self.command[0], "replay", "--store", self.command[-1]], stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True, check=False)
        assert result.returncode == 0, result.stdout

    def kill(self):
        self.serves.clear()
        self.process.kill()
        self.process.wait()
        errors = self.process.stderr.read()
        assert not errors, f"the server complained: {errors}"


class Load:
    """Clients that start executions and work for activities, and what they were promised."""

    def __init__(self, server, seed):
        self.server = server
        self.random = random.Random(seed)
        self.lock = threading.Lock()
        self.progress = threading.Condition()
        self.calls = 0  # that were answered
        self.is_starting = True
        self.is_over = False
        self.started = {}  # ARN -> machine, as promised
        self.answered = {}  # token -> output, as promised
        self.tagged = 0  # the last value of a tag
        self.ended = set()  # ARNs
        self.faults = []
        self.numbers = iter(range(10**9))

    def call(self, operation, **arguments):
        """Until there is an answer; that of the first try that got one. None when all is over."""
        from botocore.exceptions import BotoCoreError, HTTPClientError
        while not self.is_over:
            try:
                answer = getattr(self.server.client, operation)(**arguments)
            except (HTTPClientError, BotoCoreError):  # the server is gone; ask the next one
                self.server.serves.wait()
                continue
            with self.progress:
                self.calls += 1
                self.progress.notify_all()
            return answer
        return None

    def wait_for_calls(self, count):
        """Until so many more calls were answered, or all is over."""
        with self.progress:
            wanted = self.calls + count
            assert self.progress.wait_for(lambda: self.calls >= wanted or self.is_over, timeout=60), "nobody is answered any more"

    def end(self):
        self.is_starting = False
        self.is_over = True
        try:
            self.server.kill()
        finally:  # whoever waits for the next server, or for a call
            self.server.serves.set()
            with self.progress:
                self.progress.notify_all()

    def start_executions(self):
        while self.is_starting:
            if len(self.started) - len(self.ended) >= EXECUTIONS_AT_ONCE:
                self.look_for_ends()
                continue
            with self.lock:
                machine = self.random.choice(list(MACHINES))
                name = f"{machine}-{next(self.numbers)}"
            arn = f"{PREFIX}execution:{machine}:{name}"
            try:
                answer = self.call("start_execution", stateMachineArn=f"{PREFIX}stateMachine:{machine}", name=name,
                                   input=json.dumps({"items": [1, 2]}))
                if answer is None:
                    return
                assert answer["executionArn"] == arn, answer
            except self.server.client.exceptions.ExecutionAlreadyExists:
                pass  # begun by the try before, which got no answer, and it has ended
            with self.lock:
                self.started[arn] = machine

    def look_for_ends(self):
        with self.lock:
            running = [arn for arn in self.started if arn not in self.ended]
        for arn in running[:5]:
            found = self.call("describe_execution", executionArn=arn)
            if found and found["status"] != "RUNNING":
                with self.lock:
                    self.ended.add(arn)

    def tag(self):
        while self.is_starting:
            tag = {"key": "number", "value": str(self.tagged + 1)}
            if self.call("tag_resource", resourceArn=PREFIX + "stateMachine:pass", tags=[tag]) is not None:
                self.tagged += 1
            self.wait_for_calls(10)

    def work(self):
        from botocore.exceptions import ClientError
        while not self.is_over:
            task = self.call("get_activity_task", activityArn=ACTIVITY, workerName="judge")
            token = (task or {}).get("taskToken")
            if not token:
                continue
            with self.lock:
                if token in self.answered:
                    self.faults.append(f"a task that was answered is handed out again: {token}")
                output = json.dumps(f"answer {next(self.numbers)}")
            try:
                if self.call("send_task_success", taskToken=token, output=output) is not None:
                    with self.lock:
                        self.answered[token] = output
            except ClientError as refusal:  # answered by the try before, which got no answer; or too late
                if refusal.response["Error"]["Code"] not in ("TaskTimedOut",):
                    self.faults.append(f"an answer was refused: {refusal}")


def create(server):
    client = server.client
    client.create_activity(name="work")
    for name, definition in MACHINES.items():
        client.create_state_machine(name=name, definition=json.dumps(definition), roleArn=ROLE)


def kill_many_times(server, load, kills):
    for _ in range(kills):
        load.wait_for_calls(load.random.choice([0, 1, load.random.randint(2, 100), load.random.randint(2, 100)]))
        server.audit()  # beside the server that works with the file
        server.kill()
        server.audit()  # the file as the crash left it
        server.begin()
        # Now and then before it even serves: recovery must bear that, too.
        if load.random.random() < 0.2:
            server.wait_in_recovery(load.random.uniform(0, 0.06))
            server.kill()
            server.begin()
        server.wait_until_it_serves()


def finish(load, seconds):
    """Until everything that was started has ended."""
    load.is_starting = False
    deadline = time.monotonic() + seconds
    while len(load.ended) < len(load.started) and time.monotonic() < deadline:
        load.look_for_ends()
    left = [arn for arn in load.started if arn not in load.ended]
    assert not left, f"{len(left)} executions never ended, such as {left[0]}"


def all_events(client, arn):
    pages = client.get_paginator("get_execution_history").paginate(executionArn=arn)
    return [event for page in pages for event in page["events"]]


def check_promises(server, load):
    for arn in load.started:
        found = server.client.describe_execution(executionArn=arn)
        assert found["status"] == "SUCCEEDED", found
        events = all_events(server.client, arn)
        assert [event["id"] for event in events] == list(range(1, len(events) + 1)), f"{arn}: gaps in its history"
        assert events[0]["type"] == "ExecutionStarted" and events[-1]["type"] == "ExecutionSucceeded", arn
        assert all(event["previousEventId"] < event["id"] for event in events), arn
        if load.started[arn] == "wait":
            waited = events[2]["timestamp"] - events[1]["timestamp"]
            assert waited.total_seconds() >= 1, f"{arn} waited {waited}"
    for machine in MACHINES:
        pages = server.client.get_paginator("list_executions").paginate(stateMachineArn=f"{PREFIX}stateMachine:{machine}")
        arns = [execution["executionArn"] for page in pages for execution in page["executions"]]
        assert len(arns) == len(set(arns)), f"an execution of {machine} is there twice"
        promised = {arn for arn, of in load.started.items() if of == machine}
        assert promised <= set(arns), promised - set(arns)
        if machine != "chain":  # which parents start, too
            assert promised == set(arns), set(arns) - promised
    tags = server.client.list_tags_for_resource(resourceArn=PREFIX + "stateMachine:pass")["tags"]
    assert int(tags[0]["value"]) >= load.tagged, f"{tags} of {load.tagged}"


def check_file(store, load):
    """What stands in the file, without the server."""
    database = sqlite3.connect(store)
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert database.execute("SELECT arn FROM executions GROUP BY arn HAVING count(*) > 1").fetchall() == []
    assert database.execute("SELECT * FROM open_commands").fetchall() == [], "something is open, and nothing runs"
    events, answers = collections.defaultdict(int), collections.Counter()
    for key, count, text in database.execute("SELECT execution, events, history FROM journal ORDER BY lsn"):
        for event in json.loads(text or "[]"):
            events[key] += 1
            assert event["id"] == events[key], f"execution {key}: event {event['id']} follows {events[key] - 1}"
            if event["type"] == "ActivitySucceeded":
                answers[event["activitySucceededEventDetails"]["output"]] += 1
        assert count == events[key], f"execution {key}: {count} events said, {events[key]} found"
    for output in load.answered.values():
        assert answers[output] == 1, f"{output} was taken, and stands {answers[output]} times in the histories"


def run(build, kills, seed):
    with tempfile.TemporaryDirectory() as folder:
        store = str(pathlib.Path(folder) / "store.db")
        server = Server(build, store)
        server.begin()
        try:
            server.wait_until_it_serves()
            create(server)
            load = Load(server, seed)
            threads = [threading.Thread(target=load.start_executions) for _ in range(4)]
            threads += [threading.Thread(target=load.work) for _ in range(6)]
            threads += [threading.Thread(target=load.tag)]
            for thread in threads:
                thread.start()
            try:
                kill_many_times(server, load, kills)
                finish(load, 60)
                check_promises(server, load)
            finally:
                load.end()
                for thread in threads:
                    thread.join()
            assert not load.faults, load.faults
            check_file(store, load)
            server.audit()
        finally:
            server.process.kill()
    print(f"seed {seed}: {server.starts - 1} kills; {len(load.started)} executions and {len(load.answered)} answers of tasks "
          "were promised and kept")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    arguments = parser.parse_args()
    try:
        import boto3  # noqa: F401
    except ImportError:
        print("boto3 isn't installed")
        return 77
    try:
        run(arguments.build, arguments.kills, arguments.seed)
    except BaseException:
        print(f"with --seed {arguments.seed} --kills {arguments.kills}", file=sys.stderr)
        raise
    return 0


if __name__ == "__main__":
    sys.exit(main())
