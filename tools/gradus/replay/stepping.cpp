#include "tools/gradus/replay/stepping.hpp"

#include "gradus/json.hpp"
#include "gradus/recorded_history.hpp"
#include "gradus/value_diff.hpp"
#include "tools/gradus/replay/report.hpp"

#include <array>
#include <charconv>
#include <istream>
#include <ostream>

namespace gradus::cli {
namespace {

constexpr const char* help_text =
    "next, back       one event on, or back (an empty line is next)\n"
    "goto N           event N; first, last\n"
    "state NAME       on to where a state of that name is entered\n"
    "failure          on to the next event that is a failure, an abort or a time-out\n"
    "show             the state, its input, variables and what is waited for\n"
    "input, variables, context, details    one of them, whole\n"
    "quit\n";

bool is_failure(HistoryEventType type) {
    const std::string_view name = history_event_name(type);
    return name.ends_with("Failed") || name.ends_with("TimedOut") || name.ends_with("Aborted");
}

void add_changes(std::string& out, const std::string& label, const Value& before,
                 const Value& after) {
    for (const ValueDifference& one : value_differences(before, after)) {
        out += "  " + label + " " + (one.pointer.empty() ? std::string("/") : one.pointer) + ": ";
        out += (one.expected ? short_json(*one.expected) : "nothing") + std::string(" -> ") +
               (one.actual ? short_json(*one.actual) : "nothing") + "\n";
    }
}

class Stepper {
public:
    Stepper(const Timeline& timeline, std::ostream& out) : timeline_(timeline), out_(out) {
        show_event(timeline_.at(0), nullptr);
    }

    /// Whether there is more to come.
    bool take(const std::string& line) {
        const std::size_t space = line.find(' ');
        const std::string word = line.substr(0, space);
        const std::string rest = space == std::string::npos ? "" : line.substr(space + 1);
        if (word == "quit" || word == "q") return false;
        if (word.empty() || word == "next" || word == "n")
            move(index_ + 1);
        else if (word == "back" || word == "b")
            go_back();
        else if (word == "first")
            move(0);
        else if (word == "last")
            move(count() - 1);
        else if (word == "goto")
            go_to(rest);
        else if (word == "state")
            find_state(rest);
        else if (word == "failure")
            find_failure();
        else if (!look(word))
            out_ << (word == "help" ? "" : "unknown: " + line + "\n") << help_text;
        return true;
    }

private:
    std::size_t count() const { return timeline_.history().size(); }

    void show_event(const TimelineView& view, const TimelineView* before) {
        const RecordedEvent event = recorded_event(view.event);
        std::string text = std::to_string(event.id) + " " + event_title(event) +
                           (view.branch.empty() ? "" : " in " + view.branch) + "\n";
        if (before != nullptr) {
            if (before->state == view.state) add_changes(text, "input", before->input, view.input);
            add_changes(text, "variables", before->variables, view.variables);
            if (before->status != view.status)
                text += "  status: " + std::string(execution_status_name(before->status)) + " -> " +
                        std::string(execution_status_name(view.status)) + "\n";
        }
        out_ << text;
    }

    void move(std::size_t index) {
        if (index >= count()) {
            out_ << "That was the last event.\n";
            return;
        }
        const TimelineView before = timeline_.at(index_);
        index_ = index;
        show_event(timeline_.at(index_), &before);
    }

    void go_back() {
        if (index_ == 0)
            out_ << "That is the first event.\n";
        else
            move(index_ - 1);
    }

    void go_to(const std::string& number) {
        std::size_t id = 0;
        const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), id);
        if (error != std::errc() || end != number.data() + number.size() || id == 0 || id > count())
            out_ << "goto expects an event from 1 to " << count() << ", found '" << number << "'\n";
        else
            move(id - 1);
    }

    void find_state(const std::string& name) {
        for (std::size_t i = index_ + 1; i < count(); ++i) {
            const RecordedEvent event = recorded_event(timeline_.history()[i]);
            if (!history_event_name(event.type).ends_with("StateEntered")) continue;
            const Value& entered = event.details["name"];
            if (entered.is_string() && entered.as_string() == name) return move(i);
        }
        out_ << "No state '" << name << "' is entered after event " << index_ + 1 << ".\n";
    }

    void find_failure() {
        for (std::size_t i = index_ + 1; i < count(); ++i) {
            if (is_failure(timeline_.history()[i].type)) return move(i);
        }
        out_ << "Nothing fails after event " << index_ + 1 << ".\n";
    }

    bool look(const std::string& word) {
        const TimelineView view = timeline_.at(index_);
        if (word == "show")
            out_ << view_text(view);
        else if (word == "input")
            out_ << to_json(view.input) << "\n";
        else if (word == "variables")
            out_ << to_json(view.variables) << "\n";
        else if (word == "context")
            out_ << to_json(view.context) << "\n";
        else if (word == "details")
            out_ << to_json(recorded_event(view.event).details) << "\n";
        else
            return false;
        return true;
    }

    const Timeline& timeline_;
    std::ostream& out_;
    std::size_t index_ = 0;
};

} // namespace

std::string view_text(const TimelineView& view) {
    const RecordedEvent event = recorded_event(view.event);
    std::string out = "event      " + std::to_string(event.id) + " " + event_title(event) + "\n";
    out += "status     " + std::string(execution_status_name(view.status)) + "\n";
    if (!view.branch.empty()) out += "branch     " + view.branch + "\n";
    if (!view.state.empty()) out += "state      " + view.state + "\n";
    out += "input      " + to_json(view.input) + "\n";
    out += "variables  " + to_json(view.variables) + "\n";
    if (!view.context.is_null()) out += "context    " + to_json(view.context) + "\n";
    for (const WaitingFor& one : view.waiting) {
        out += "waiting    for " + one.what;
        if (!one.state.empty()) out += " of '" + one.state + "'";
        if (!one.branch.empty()) out += " in " + one.branch;
        out += "\n";
    }
    return out;
}

void step_through(const Timeline& timeline, std::istream& in, std::ostream& out, bool has_prompt) {
    if (timeline.history().empty()) {
        out << "There is no event to look at.\n";
        return;
    }
    Stepper stepper(timeline, out);
    std::string line;
    do {
        if (has_prompt) out << "> " << std::flush;
    } while (std::getline(in, line) && stepper.take(line));
}

} // namespace gradus::cli
