#include "states/map_fields.hpp"

#include "gradus/json.hpp"

namespace gradus {
namespace {

const MapState& map_state(const DataView& view) { return std::get<MapState>(view.state().detail); }

/// The value of a number that isn't written down.
Result<Value, Fault> evaluate_number(const DataView& view, const NumberField& field,
                                     const Value& input) {
    if (const auto* query = std::get_if<JsonataTemplate>(&field.content)) {
        GRADUS_TRY(Value value, evaluate_jsonata(view, *query, field.name, input, {}));
        if (value.is_number()) return value;
        return view.evaluation_fault(unexpected_type(*query, field.name, "number", value));
    }
    return evaluate_path(view, std::get<path::Path>(field.content), input);
}

/// Recorded: a path may lead to the text of a number too ("2").
Value written_number(const Value& value) {
    if (!value.is_string()) return value;
    const auto parsed = parse_json(value.as_string());
    return parsed ? *parsed : value;
}

/// Recorded: "The MaxItemsPath field refers to value "1.5" which is not a valid integer: $.p".
Fault no_number(const DataView& view, const NumberField& field, const Value& value,
                std::string_view kind) {
    const std::string message = "The " + field.name + " field refers to value \"" + shown(value) +
                                "\" which is not a valid " + std::string(kind);
    const auto* path = std::get_if<path::Path>(&field.content);
    if (path != nullptr) return view.runtime_fault(message + ": " + path->text());
    return view.evaluation_fault({message, field.name});
}

bool is_distributed(const DataView& view) { return map_state(view).distributed.has_value(); }

} // namespace

Result<Value, Fault> map_items(const DataView& view, const Value& input) {
    // AWS, "Items" and "ItemsPath": a distributed Map goes over objects too. Recorded for the
    // inline one: an array only.
    const auto is_iterable = [&](const Value& value) {
        return value.is_array() || (value.is_object() && is_distributed(view));
    };
    const MapState& map = map_state(view);
    if (view.state().language == QueryLanguage::jsonata) {
        if (map.items) {
            GRADUS_TRY(Value items, evaluate_jsonata(view, *map.items, "Items", input, {}));
            if (is_iterable(items)) return items;
            return view.evaluation_fault(unexpected_type(*map.items, "Items", "array", items));
        }
        if (is_iterable(input)) return input;
        return view.evaluation_fault(
            {"Map state input must be an array but was: " + to_json(input), ""});
    }
    Value items = input;
    std::string path = "$";
    if (map.items_path) {
        GRADUS_TRY(items, evaluate_path(view, *map.items_path, input));
        path = map.items_path->text();
        // Recorded: a path into the context object is named by what it is there.
        if (map.items_path->root() == path::Root::context) path.erase(0, 1);
    }
    if (!is_iterable(items))
        return view.runtime_fault("Reference path \"" + path + "\" must point to array.");
    view.keep(&Inspection::after_items_path, items);
    return items;
}

Result<std::int64_t, Fault> evaluate_integer(const DataView& view, const NumberField& field,
                                             const Value& input) {
    if (const auto* literal = std::get_if<std::int64_t>(&field.content)) return *literal;
    GRADUS_TRY(Value value, evaluate_number(view, field, input));
    std::int64_t number = 0;
    if (written_number(value).to_integer(number)) return number;
    return no_number(view, field, value, "integer");
}

Result<double, Fault> evaluate_real(const DataView& view, const NumberField& field,
                                    const Value& input) {
    if (const auto* literal = std::get_if<std::int64_t>(&field.content))
        return static_cast<double>(*literal);
    if (const auto* literal = std::get_if<double>(&field.content)) return *literal;
    GRADUS_TRY(Value value, evaluate_number(view, field, input));
    const Value number = written_number(value);
    if (number.is_number()) return number.as_double();
    return no_number(view, field, value, "float");
}

Fault range_fault(const DataView& view, const NumberField& field, const std::string& message) {
    if (std::holds_alternative<JsonataTemplate>(field.content))
        return view.evaluation_fault({message, field.name});
    return view.runtime_fault(message);
}

Result<std::uint64_t, Fault> map_concurrency(const DataView& view, const Value& input) {
    const auto& field = map_state(view).concurrency_max;
    std::int64_t number = 0;
    if (field) {
        GRADUS_TRY(number, evaluate_integer(view, *field, input));
    }
    // Not recorded; worded like its neighbours.
    if (number < 0) return range_fault(view, *field, "MaxConcurrency cannot be negative.");
    view.keep(&Inspection::max_concurrency, Value(number));
    return static_cast<std::uint64_t>(number);
}

Result<Value, Fault> select_item(const DataView& view, const Value& input, const Value& item,
                                 const Value& value) {
    const auto& selector = map_state(view).item_selector;
    if (!selector) return value;
    GRADUS_TRY(Value selected,
               evaluate_payload(view, *selector, "ItemSelector", input, Extras{.map_item = &item}));
    view.keep_element(&Inspection::after_item_selector, selected);
    return selected;
}

} // namespace gradus
