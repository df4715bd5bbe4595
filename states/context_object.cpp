// The context object, `$$` and $states.context. AWS, "Accessing execution data from the Context
// object".
#include "gradus/json.hpp"
#include "states/data_flow.hpp"

namespace gradus {

Value DataView::context(const Extras& extras) const {
    const Value& item = extras.map_item != nullptr ? *extras.map_item : branch_.map_item;
    if (inspection_ != nullptr && inspection_->context) {
        if (item.is_null()) return *inspection_->context;
        return inspection_->context->with("Map", Value::object({{"Item", item}}));
    }
    ObjectBuilder context(5);
    context.append("Execution", state_.context_execution);
    context.append("StateMachine", state_.context_state_machine);

    ObjectBuilder state(3);
    state.append("Name", this->state().name);
    state.append("EnteredTime", format_iso8601(epoch_milliseconds(branch_.entered_at)));
    const StateType type = this->state().type;
    // Recorded: absent in states that can't retry.
    if (type == StateType::task || type == StateType::parallel || type == StateType::map) {
        state.append("RetryCount", branch_.retry_count);
    }
    context.append("State", state.build());
    if (extras.task_token != nullptr) {
        context.append("Task", Value::object({{"Token", *extras.task_token}}));
    }
    if (!item.is_null()) context.append("Map", Value::object({{"Item", item}}));
    return context.build();
}

Fault DataView::fault(std::string_view error, const std::string& message) const {
    Fault fault;
    fault.failure.error = error;
    if (inspection_ != nullptr) { // recorded: TestState's causes begin with the message
        fault.failure.cause = message;
        return fault;
    }
    fault.failure.cause = "An error occurred while executing the state '" +
                          std::string(state().name.as_string()) + "' (entered at the event id #" +
                          std::to_string(branch_.entered_event_id) + "). " + message;
    return fault;
}

Fault DataView::evaluation_fault(const QueryEvaluationError& error) const {
    Fault result = fault(errors::query_evaluation, error.message);
    result.is_evaluation = true;
    result.location = error.location;
    return result;
}

} // namespace gradus
