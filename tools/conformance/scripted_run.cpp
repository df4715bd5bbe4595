#include "tools/conformance/scripted_run.hpp"

#include "gradus/json.hpp"
#include "states/item_pages.hpp"

#include <algorithm>

namespace gradus::conformance {
namespace {

/// Recorded payloads: objects were parsed, everything else is still JSON text.
Value payload(const Value& recorded) {
    if (!recorded.is_string()) return recorded;
    auto parsed = parse_json(recorded.as_string());
    return parsed ? *parsed : recorded;
}

std::optional<std::string> text(const Value& recorded) {
    if (recorded.is_null()) return std::nullopt;
    return recorded.is_string() ? std::string(recorded.as_string()) : to_json(recorded);
}

/// An item of an object list. AWS, "s3:listObjectsV2"; recorded for members and their order.
Value listed(const std::string& key, const std::string& content, Timestamp at) {
    return Value::object({{"Etag", "\"<Etag-" + key + ">\""},
                          {"LastModified", epoch_milliseconds(at) / 1000},
                          {"Key", key},
                          {"Size", content.size()},
                          {"StorageClass", "STANDARD"}});
}

} // namespace

ScriptedRun::ScriptedRun(std::shared_ptr<const Program> program, const Value& task_replay,
                         const Value& setup)
    : program_(std::move(program)) {
    if (setup.is_array()) {
        for (const Value& call : setup.as_array()) {
            const Value& arguments = call["args"];
            if (call["call"] == Value("s3.put_object")) {
                const Value& body = arguments["Body"];
                objects_.emplace_back(arguments["Key"].as_string(),
                                      body.is_string() ? std::string(body.as_string())
                                                       : to_json(body));
            } else if (call["call"] == Value("setup.lambda_function")) {
                function_ = arguments["handler"];
            }
        }
    }
    if (!task_replay.is_array()) return;
    for (const Value& attempt : task_replay.as_array()) {
        attempts_[std::string(attempt["state"].as_string())].push_back(attempt);
    }
}

void ScriptedRun::run(const ExecutionStarted& start, Timestamp at) {
    now_ = at;
    apply(start);
    while (state_.status == ExecutionStatus::running) {
        if (!pending_.empty()) {
            const Event event = std::move(pending_.front());
            pending_.erase(pending_.begin());
            apply(event);
        } else if (!timers_.empty()) {
            const auto [due, command] = *timers_.begin();
            timers_.erase(timers_.begin());
            now_ = std::max(now_, due);
            apply(TimerFired{command});
        } else {
            return;
        }
    }
}

void ScriptedRun::apply(const Event& event) {
    Effects effects;
    step(*program_, state_, {now_, event}, effects);
    for (HistoryEvent& noted : effects.history)
        history_.push_back(std::move(noted));
    for (const Command& command : effects.commands) {
        if (const auto* task = std::get_if<ScheduleTask>(&command)) {
            answer(*task);
        } else if (const auto* timer = std::get_if<StartTimer>(&command)) {
            timers_.emplace(timer->due, timer->command);
        } else if (const auto* cancelled = std::get_if<CancelCommand>(&command)) {
            std::erase_if(timers_,
                          [&](const auto& entry) { return entry.second == cancelled->command; });
        } else if (std::holds_alternative<ContinueLater>(command)) {
            pending_.emplace_back(Continued{});
        } else if (const auto* read = std::get_if<ReadItems>(&command)) {
            answer(*read);
        } else if (const auto* child = std::get_if<StartChild>(&command)) {
            answer(*child);
        } else if (const auto* write = std::get_if<WriteObjects>(&command)) {
            pending_.emplace_back(ObjectsWritten{write->command});
        }
    }
}

void ScriptedRun::answer(const ScheduleTask& task) {
    const std::string name(task.state_name.as_string());
    const std::size_t number = used_[name]++;
    const auto& attempts = attempts_[name];
    if (number >= attempts.size()) {
        // Children of a distributed Map and express executions leave no events in the recording,
        // but what the functions of the recording do is known from their names.
        if (!answer_as_function(task)) lacks_answers_ = true;
        return;
    }
    for (const Value& outcome : attempts[number]["outcome"].as_array())
        answer_with(task.command, outcome);
}

bool ScriptedRun::answer_as_function(const ScheduleTask& task) {
    const bool is_invoke = task.resource->service == "lambda" && task.resource->action == "invoke";
    if (!is_invoke && task.resource->kind != ResourceKind::lambda_function) return false;
    const Value& input = is_invoke ? task.parameters["Payload"] : task.parameters;
    if (function_ == Value("id_function.py")) { // returns its input
        pending_.emplace_back(TaskSucceeded{
            task.command, is_invoke ? Value::object({{"ExecutedVersion", "$LATEST"},
                                                     {"Payload", input},
                                                     {"SdkHttpMetadata", Value::object()},
                                                     {"SdkResponseMetadata", Value::object()},
                                                     {"StatusCode", 200}})
                                    : input});
        return true;
    }
    if (function_ == Value("raise_exception.py")) { // raises; the cause as Lambda reports it
        const std::string cause =
            R"({"errorMessage":"Some exception was raised.","errorType":"Exception",)"
            R"("requestId":"1","stackTrace":["  File \"/var/task/handler.py\", line 2, )"
            R"(in handler\n    raise Exception(\"Some exception was raised.\")\n"]})";
        pending_.emplace_back(TaskFailed{task.command, {"Exception", cause}});
        return true;
    }
    return false;
}

void ScriptedRun::answer(const ReadItems& read) {
    ItemPage page;
    if (read.source->format == ItemFormat::object_list) {
        Array items;
        for (const auto& [key, content] : objects_)
            items.push_back(listed(key, content, now_));
        page.items = Value(std::move(items));
    } else {
        const auto object =
            std::ranges::find(objects_, std::string(read.arguments["Key"].as_string()),
                              &std::pair<std::string, std::string>::first);
        if (object == objects_.end()) {
            lacks_answers_ = true;
            return;
        }
        auto found = read_page(*read.source, read.source->format, read.from,
                               {std::string_view(object->second).substr(offset_of(read.from))});
        if (!found) {
            pending_.emplace_back(TaskFailed{read.command, found.error()});
            return;
        }
        page = std::move(**found);
    }
    pending_.emplace_back(ItemsRead{read.command, std::move(page)});
}

void ScriptedRun::answer(const StartChild& child) {
    ScriptedRun run(program_, Value(), Value());
    run.objects_ = objects_;
    run.function_ = function_;
    ExecutionStarted start = child.start;
    start.token_secret = "secret";
    run.run(start, now_);
    lacks_answers_ |= run.lacks_answers();
    if (run.state().status == ExecutionStatus::running) return;
    pending_.emplace_back(
        ChildEnded{child.command, run.state().status, run.state().output, run.state().failure});
}

void ScriptedRun::answer_with(CommandId command, const Value& outcome) {
    const std::string_view type = outcome["type"].as_string();
    const Value& details = outcome["details"];
    if (type == "ActivityStarted") {
        pending_.emplace_back(TaskStarted{command, text(details["workerName"])});
    } else if (type == "TaskSubmitted") {
        pending_.emplace_back(TaskSubmitted{command, payload(details["output"])});
    } else if (type.ends_with("Succeeded")) {
        pending_.emplace_back(TaskSucceeded{command, payload(details["output"])});
    } else if (type.ends_with("Failed")) {
        const auto kind = type.ends_with("ScheduleFailed") ? TaskFailureKind::schedule_failed
                          : type.ends_with("StartFailed")  ? TaskFailureKind::start_failed
                          : type.ends_with("SubmitFailed") ? TaskFailureKind::submit_failed
                                                           : TaskFailureKind::failed;
        pending_.emplace_back(
            TaskFailed{command, {text(details["error"]), text(details["cause"])}, kind});
    }
    // …TimedOut: the timers see to it. …Started of other tasks: written when they are scheduled.
}

} // namespace gradus::conformance
