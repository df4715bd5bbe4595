#include "tools/conformance/resource_words.hpp"

namespace gradus::conformance {

Value with_resource_arns(const Value& definition, const Value& events) {
    if (definition.is_array()) {
        Array out;
        for (const Value& element : definition.as_array())
            out.push_back(with_resource_arns(element, events));
        return Value(std::move(out));
    }
    if (!definition.is_object()) return definition;
    const bool is_task = definition["Type"] == Value("Task");
    ObjectBuilder out(definition.size());
    for (const Member& member : definition.as_object()) {
        const bool is_word = is_task && member.name() == "Resource" && member.value.is_string() &&
                             !member.value.as_string().starts_with("arn:");
        if (!is_word) {
            out.append(member.key, with_resource_arns(member.value, events));
            continue;
        }
        const std::string word(member.value.as_string());
        bool is_function = false;
        if (events.is_array()) {
            for (const Value& event : events.as_array()) {
                is_function |=
                    event["lambdaFunctionScheduledEventDetails"]["resource"] == member.value;
            }
        }
        out.append(member.key, (is_function ? "arn:aws:lambda:us-east-1:111111111111:function:"
                                            : "arn:aws:states:us-east-1:111111111111:activity:") +
                                   word);
    }
    return out.build();
}

} // namespace gradus::conformance
