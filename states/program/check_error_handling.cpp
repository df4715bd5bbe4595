// Sources: States language, "Errors"; AWS, "Handling errors in Step Functions workflows".
#include "gradus/json.hpp"
#include "states/program/checks.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace gradus {
namespace {

/// AWS, "Error names", with those of the States language's appendix and of distributed Map. Names
/// of HTTP tasks go on after their prefix.
constexpr auto known_names = std::to_array<std::string_view>({
    "States.ALL",
    "States.BranchFailed",
    "States.DataLimitExceeded",
    "States.ExceedToleratedFailureThreshold",
    "States.HeartbeatTimeout",
    "States.Http.Socket",
    "States.IntrinsicFailure",
    "States.ItemReaderFailed",
    "States.NoChoiceMatched",
    "States.ParameterPathFailure",
    "States.Permissions",
    "States.QueryEvaluationError",
    "States.ResultPathMatchFailure",
    "States.ResultWriterFailed",
    "States.Runtime",
    "States.TaskFailed",
    "States.Timeout",
});
constexpr std::string_view http_status_prefix = "States.Http.StatusCode.";

class RuleList {
public:
    RuleList(std::string pointer, const Value& list, DiagnosticSink& sink)
        : pointer_(std::move(pointer)), list_(list), sink_(sink) {}

    void check() {
        for (std::size_t i = 0; i < list_.size(); ++i)
            check_rule(i);
    }

private:
    void check_rule(std::size_t number) {
        const Value* names = list_[number].find("ErrorEquals");
        if (names == nullptr || !names->is_array()) return; // reported when it was read
        const std::string at = pointer_child(pointer_child(pointer_, number), "ErrorEquals");
        if (names->size() == 0) sink_.error(at, "Value cannot be empty");
        for (std::size_t i = 0; i < names->size(); ++i) {
            const Value& name = (*names)[i];
            const std::string name_at = pointer_child(at, i);
            if (name.is_string()) {
                check_name(std::string(name.as_string()), name_at);
            } else {
                sink_.error(name_at, "Expected value of type a string but found " + to_json(name));
            }
        }
        const bool has_all =
            std::ranges::find(names->as_array(), Value("States.ALL")) != names->as_array().end();
        if (has_all && names->size() > 1)
            sink_.error(at, "States.ALL must stand alone in ErrorEquals");
        if (has_all && number + 1 != list_.size()) {
            sink_.error(at, "States.ALL must be in the last element",
                        "what follows it would never be looked at");
        }
    }

    void check_name(const std::string& name, const std::string& at) {
        const auto [first, is_new] = seen_.emplace(name, at);
        if (!is_new) {
            sink_.warn("SHADOWED_ERROR_NAME", at,
                       "'" + name + "' is taken by an earlier element, at " + first->second);
        }
        if (name == "States.Runtime") { // recorded: not caught even by its own name
            sink_.warn("UNCATCHABLE_ERROR", at, "'States.Runtime' can't be retried or caught");
        }
        if (!name.starts_with("States.") || name.starts_with(http_status_prefix)) return;
        if (std::ranges::find(known_names, name) != known_names.end()) return;
        sink_.warn("UNKNOWN_ERROR_NAME", at, "There is no error '" + name + "'",
                   did_you_mean(name, {known_names.begin(), known_names.end()}));
    }

    std::string pointer_;
    const Value& list_;
    DiagnosticSink& sink_;
    std::map<std::string, std::string> seen_; // name to its place
};

} // namespace

void check_error_handling(const CompiledStates& states, DiagnosticSink& sink) {
    for (const StateSource& source : states.sources) {
        for (const std::string_view field : {"Retry", "Catch"}) {
            const Value* list = source.json->find(field);
            if (list == nullptr || !list->is_array()) continue;
            RuleList(pointer_child(source.pointer, field), *list, sink).check();
        }
    }
}

} // namespace gradus
