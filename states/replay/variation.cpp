#include "states/replay/variation.hpp"

#include "gradus/json.hpp"
#include "gradus/value_diff.hpp"
#include "states/replay/clone.hpp"

namespace gradus {
namespace {

/// So many seeds that a draw between two numbers is hardly ever the same with all of them.
constexpr std::uint64_t seeds = 24;

Value with_every_text(const Value& value, std::string_view text) {
    if (value.is_string()) return Value(text);
    if (!value.is_object()) return value;
    ObjectBuilder out(value.size());
    for (const Member& member : value.as_object()) {
        // What a start tells is known, and a count is no name.
        const bool is_name = member.name() == "Id" || member.name() == "Name";
        out.append(member.key, is_name ? with_every_text(member.value, text) : member.value);
    }
    return out.build();
}

void change_identity(ExecutionState& state) {
    constexpr std::string_view other = "another";
    state.identity.execution_arn = other;
    state.identity.execution_name = other;
    state.identity.state_machine_arn = other;
    state.identity.state_machine_name = other;
    state.context_execution = with_every_text(state.context_execution, other);
    state.context_state_machine = with_every_text(state.context_state_machine, other);
}

/// As if everything had happened a bit over a day later.
void change_clock(ExecutionState& state, Turn& turn) {
    constexpr auto later = std::chrono::milliseconds(100'000'123);
    turn.input.at += later;
    for (auto& branch : state.branches) {
        if (branch) branch->entered_at += later;
    }
    const Value& started = state.context_execution["StartTime"];
    if (started.is_string())
        state.context_execution = state.context_execution.with(
            "StartTime", format_iso8601(epoch_milliseconds(state.started_at + later)));
}

} // namespace

std::vector<Variant> vary(const Program& program, const ExecutionState& before, const Turn& turn,
                          const Unknowns& unknowns) {
    std::vector<Variant> variants;
    const auto add = [&](std::string why, const auto& change) {
        Variant variant{.why = std::move(why), .after = clone(before)};
        Turn changed = turn;
        change(variant.after, changed);
        Effects effects;
        apply(program, variant.after, changed, effects);
        variant.history = std::move(effects.history);
        variants.push_back(std::move(variant));
    };
    for (std::uint64_t i = 1; unknowns.draws && i <= seeds; ++i) {
        add("drawn at random", [&](ExecutionState& state, Turn&) {
            state.random = Random{.seed = state.random.seed + i * 7919};
        });
    }
    if (unknowns.clock) add("of the clock", change_clock);
    if (unknowns.identity)
        add("a name of the execution",
            [](ExecutionState& state, Turn&) { change_identity(state); });
    if (unknowns.tokens) {
        add("a task token", [](ExecutionState& state, Turn&) { state.token_secret += "another"; });
    }
    return variants;
}

std::string why_it_varies(const Value& result, const std::vector<const Value*>& variants,
                          const std::vector<std::string>& reasons, const std::string& pointer) {
    for (std::size_t i = 0; i < variants.size(); ++i) {
        if (variants[i] == nullptr) continue;
        for (const ValueDifference& one : value_differences(result, *variants[i])) {
            const bool is_around = pointer == one.pointer || (pointer.starts_with(one.pointer) &&
                                                              pointer[one.pointer.size()] == '/');
            if (is_around || one.pointer.empty()) return reasons[i];
        }
    }
    return "";
}

} // namespace gradus
