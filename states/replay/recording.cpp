// A recording as text:
//
//   {"gradusRecording":1,"engine":"0.1.0","execution":"arn:…","definition":"{…}"}
//   {"input":{"at":…,"event":"ExecutionStarted",…},"history":[{…},…]}
//   …
//   {"end":"SUCCEEDED"}
#include "gradus/recording.hpp"

#include "gradus/json.hpp"
#include "states/input_json.hpp"
#include "states/member_reader.hpp"
#include "states/step.hpp"

#include <algorithm>

namespace gradus {
namespace {

constexpr std::string_view version_member = "gradusRecording";

Error at_line(std::size_t line, const std::string& message) {
    return {ErrorCode::syntax, "line " + std::to_string(line) + ": " + message};
}

/// The lines of a text, without empty ones, each with its number.
class Lines {
public:
    explicit Lines(std::string_view text) : rest_(text) {}

    /// Moves to the next line that isn't empty; false at the end.
    bool next() {
        while (!rest_.empty()) {
            ++number_;
            const std::size_t end = rest_.find('\n');
            line_ = rest_.substr(0, end);
            rest_ = end == std::string_view::npos ? std::string_view() : rest_.substr(end + 1);
            if (line_.find_first_not_of(" \t\r") != std::string_view::npos) return true;
        }
        return false;
    }
    std::size_t number() const { return number_; }
    Result<Value> parsed() const {
        auto value = parse_json(line_);
        if (value) return std::move(*value);
        return at_line(number_, "isn't valid JSON: " + value.error().message + " at column " +
                                    std::to_string(value.error().offset + 1));
    }

private:
    std::string_view rest_;
    std::string_view line_;
    std::size_t number_ = 0;
};

struct Header {
    std::string engine_version;
    std::string execution_arn;
    std::string definition;
};

Result<Header> read_header(const Value& value, std::size_t line) {
    std::optional<Error> error;
    MemberReader in(value, "", error);
    const std::uint64_t version = in.count(version_member);
    if (!error && (version == 0 || version > recording_version)) {
        return Error{ErrorCode::unsupported,
                     "line " + std::to_string(line) + ": expected a recording of format 1" +
                         (recording_version > 1 ? " to " + std::to_string(recording_version) : "") +
                         ", found format " + std::to_string(version) + "; a newer gradus wrote it"};
    }
    Header header{.engine_version = in.text("engine"),
                  .execution_arn = in.text("execution"),
                  .definition = in.text("definition")};
    in.finish();
    if (error) return at_line(line, error->message);
    return header;
}

Result<RecordedInput> read_entry(const Value& value, std::size_t line) {
    std::optional<Error> error;
    MemberReader in(value, "", error);
    RecordedInput entry;
    auto input = read_input_json(in.value("input"), "/input");
    const Value events = in.value("history");
    if (!events.is_array()) in.expected("an array", "history");
    in.finish();
    if (error) return at_line(line, error->message);
    if (!input) return at_line(line, input.error().message);
    entry.input = std::move(*input);
    for (std::size_t i = 0; i < events.size(); ++i) {
        auto event = read_history_event(events[i], pointer_child("/history", i));
        if (!event) return at_line(line, event.error().message);
        entry.history.push_back(std::move(*event));
    }
    return entry;
}

Result<ExecutionStatus> read_end(const Value& value, std::size_t line) {
    std::optional<Error> error;
    MemberReader in(value, "", error);
    const auto status = static_cast<ExecutionStatus>(
        in.one_of("end", {"RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"}));
    in.finish();
    if (error) return at_line(line, error->message);
    return status;
}

/// The start's identity must be that of the header.
Result<void> check_start(const Recording& recording, const std::string& execution_arn) {
    const bool has_start = !recording.inputs.empty() && std::holds_alternative<ExecutionStarted>(
                                                            recording.inputs[0].input.event);
    if (!has_start)
        return Error{ErrorCode::syntax,
                     "line 2: expected the input ExecutionStarted, found " +
                         (recording.inputs.empty()
                              ? "no input"
                              : std::string(event_name(recording.inputs[0].input.event)))};
    const std::string& started = start_of(recording).identity.execution_arn;
    if (started == execution_arn) return {};
    return Error{ErrorCode::syntax, "line 2: expected the execution of line 1, " + execution_arn +
                                        ", found " + started};
}

} // namespace

const ExecutionStarted& start_of(const Recording& recording) {
    GRADUS_ASSERT(!recording.inputs.empty());
    return std::get<ExecutionStarted>(recording.inputs[0].input.event);
}

Result<Recording> make_recording(const Program& program, std::string definition,
                                 std::vector<Input> inputs, std::vector<HistoryEvent> history) {
    if (inputs.empty() || !std::holds_alternative<ExecutionStarted>(inputs[0].event))
        return Error{ErrorCode::invalid_argument,
                     "expected inputs from ExecutionStarted on, found " +
                         (inputs.empty() ? "none" : std::string(event_name(inputs[0].event)))};
    Recording recording{.engine_version = GRADUS_VERSION, .definition = std::move(definition)};
    ExecutionState state;
    Effects effects;
    auto next = history.begin();
    for (Input& input : inputs) {
        effects.clear();
        step(program, state, input, effects);
        RecordedInput& entry = recording.inputs.emplace_back(RecordedInput{std::move(input), {}});
        for (std::size_t i = 0; i < effects.history.size() && next != history.end(); ++i)
            entry.history.push_back(std::move(*next++));
    }
    // More than the program makes: another version of gradus wrote it, and replay will say so.
    std::move(next, history.end(), std::back_inserter(recording.inputs.back().history));
    std::get<ExecutionStarted>(recording.inputs[0].input.event).token_secret.clear();
    recording.status = state.status;
    return recording;
}

std::string recording_text(const Recording& recording) {
    std::string text =
        to_json(Value::object({{version_member, recording_version},
                               {"engine", recording.engine_version},
                               {"execution", start_of(recording).identity.execution_arn},
                               {"definition", valid_utf8(recording.definition)}}));
    text += '\n';
    for (const RecordedInput& entry : recording.inputs) {
        Array events;
        for (const HistoryEvent& event : entry.history)
            events.push_back(history_event_json(event));
        append_json(text, Value::object({{"input", input_json(entry.input)},
                                         {"history", Value(std::move(events))}}));
        text += '\n';
    }
    return text + to_json(Value::object({{"end", execution_status_name(recording.status)}})) + "\n";
}

bool is_recording(std::string_view text) {
    Lines lines(text);
    if (!lines.next()) return false;
    const auto first = lines.parsed();
    return first && first->find(version_member) != nullptr;
}

Result<Recording> read_recording(std::string_view text) {
    Lines lines(text);
    if (!lines.next()) return Error{ErrorCode::syntax, "expected a recording, found an empty text"};
    GRADUS_TRY(const Value first, lines.parsed());
    GRADUS_TRY(Header header, read_header(first, lines.number()));
    Recording recording{.engine_version = std::move(header.engine_version),
                        .definition = std::move(header.definition)};
    bool is_at_end = false;
    while (lines.next()) {
        GRADUS_TRY(const Value line, lines.parsed());
        if (is_at_end)
            return at_line(lines.number(),
                           "expected nothing behind the end, found " + to_json(line).substr(0, 60));
        if (line.find("end") != nullptr) {
            GRADUS_TRY(recording.status, read_end(line, lines.number()));
            is_at_end = true;
            continue;
        }
        GRADUS_TRY(RecordedInput entry, read_entry(line, lines.number()));
        recording.inputs.push_back(std::move(entry));
    }
    if (!is_at_end)
        return at_line(lines.number(), R"(expected a last line {"end":…} behind it, found none: )"
                                       "the recording was cut off");
    GRADUS_CHECK(check_start(recording, header.execution_arn));
    return recording;
}

} // namespace gradus
