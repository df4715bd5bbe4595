#include "aws/endpoint/rule_set.hpp"

#include "aws/endpoint/rule_tree.hpp"
#include "gradus/json.hpp"

namespace gradus::aws {
namespace {

std::string text_of(const Value& value) {
    if (value.is_null()) return {};
    return value.is_string() ? std::string(value.as_string()) : to_json(value);
}

class Evaluation {
public:
    explicit Evaluation(std::vector<Value> slots) : slots_(std::move(slots)) {}

    /// The first of the rules that comes to something.
    std::optional<Result<RuledEndpoint>> first_of(const std::vector<Rule>& rules) {
        for (const Rule& rule : rules) {
            if (!do_hold(rule.conditions)) continue;
            if (auto outcome = outcome_of(rule)) return outcome;
        }
        return std::nullopt;
    }

private:
    /// A condition holds when its value is set and isn't false.
    bool do_hold(const std::vector<RuleCondition>& conditions) {
        for (const RuleCondition& condition : conditions) {
            Value value = value_of(condition.call);
            if (value.is_null() || value == Value(false)) return false;
            if (condition.assign) slots_[*condition.assign] = std::move(value);
        }
        return true;
    }
    std::optional<Result<RuledEndpoint>> outcome_of(const Rule& rule) {
        if (const auto* tree = std::get_if<std::vector<Rule>>(&rule.outcome))
            return first_of(*tree);
        if (const auto* error = std::get_if<RuleError>(&rule.outcome))
            return Error{ErrorCode::invalid_argument, text_of(value_of(error->message))};
        const auto& endpoint = std::get<RuleEndpoint>(rule.outcome);
        RuledEndpoint out{.url = text_of(value_of(endpoint.url))};
        if (Value headers = value_of(endpoint.headers); headers.is_object())
            out.headers = std::move(headers);
        if (Value properties = value_of(endpoint.properties); properties.is_object())
            out.properties = std::move(properties);
        return out;
    }

    Value value_of(const RuleExpression& expression) const {
        return std::visit(
            [this](const auto& kind) -> Value {
                if constexpr (std::is_same_v<decltype(kind), const Value&>)
                    return kind;
                else
                    return this->value_of(kind);
            },
            expression.kind);
    }
    Value value_of(const RuleReference& reference) const { return slots_[reference.slot]; }
    Value value_of(const RuleCall& call) const {
        std::vector<Value> arguments;
        arguments.reserve(call.arguments.size());
        for (const RuleExpression& argument : call.arguments)
            arguments.push_back(value_of(argument));
        return call.function(arguments);
    }
    Value value_of(const RuleTemplate& text) const {
        std::string out;
        for (const RuleTemplate::Part& part : text.parts) {
            out += part.text;
            if (part.slot) out += text_of(attribute_of(slots_[*part.slot], part.path));
        }
        return out;
    }
    Value value_of(const RuleList& list) const {
        Array out;
        for (const RuleExpression& item : list.items)
            out.push_back(value_of(item));
        return Value(std::move(out));
    }
    Value value_of(const RuleRecord& record) const {
        ObjectBuilder out;
        for (std::size_t i = 0; i < record.names.size(); ++i)
            out.append(record.names[i], value_of(record.values[i]));
        return out.build();
    }

    std::vector<Value> slots_;
};

} // namespace

const std::vector<RuleParameter>& RuleSet::parameters() const { return compiled_->parameters; }

Result<RuledEndpoint> RuleSet::resolve(const Value& parameters) const {
    std::vector<Value> slots(compiled_->slots);
    for (std::size_t i = 0; i < compiled_->parameters.size(); ++i) {
        const RuleParameter& parameter = compiled_->parameters[i];
        slots[i] = parameters[parameter.name];
        if (slots[i].is_null()) slots[i] = parameter.default_value;
        if (slots[i].is_null() && parameter.is_required) {
            return Error{ErrorCode::invalid_argument, "The endpoint wants the parameter " +
                                                          parameter.name + ", which isn't set"};
        }
    }
    if (auto outcome = Evaluation(std::move(slots)).first_of(compiled_->rules))
        return std::move(*outcome);
    return Error{ErrorCode::invalid_argument, "no endpoint rule fits " + to_json(parameters)};
}

} // namespace gradus::aws
