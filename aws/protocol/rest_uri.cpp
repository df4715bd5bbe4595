#include "aws/protocol/rest.hpp"

#include "aws/protocol/scalars.hpp"
#include "aws/uri_encoding.hpp"

#include <algorithm>
#include <optional>

namespace gradus::aws {

namespace {

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> out;
    while (true) {
        const std::size_t end = text.find(separator);
        out.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return out;
        text.remove_prefix(end + 1);
    }
}

// "{Key+}": a member's place in the path, over several segments if it is greedy.
struct Label {
    std::string_view name;
    bool is_greedy = false;
};

std::optional<Label> label_of(std::string_view segment) {
    if (!segment.starts_with('{') || !segment.ends_with('}')) return std::nullopt;
    segment = segment.substr(1, segment.size() - 2);
    if (segment.ends_with('+')) return Label{segment.substr(0, segment.size() - 1), true};
    return Label{segment, false};
}

const StructureMember* member_at(const Shape& shape, Location place, std::string_view wire_name) {
    for (const StructureMember& member : shape.members)
        if (member.ref.location == place && member.wire_name() == wire_name) return &member;
    return nullptr;
}

Result<std::string> label_text(const Operation& operation, const Label& label,
                               const Value& params) {
    const Shape* shape = operation.input.shape;
    const StructureMember* member =
        shape == nullptr ? nullptr : member_at(*shape, Location::uri, label.name);
    const Value* value = member == nullptr ? nullptr : params.find(member->name);
    if (value == nullptr || !is_scalar(member->ref.shape->type))
        return Error{ErrorCode::invalid_argument,
                     std::string(label.name) + ": expected a value for the path"};
    Result<std::string> text = scalar_text(member->ref, *value, TimestampFormat::iso8601);
    if (!text) return at(member->name, std::move(text).error());
    if (text->empty())
        return Error{ErrorCode::invalid_argument, member->name + ": expected a text, found none"};
    return percent_encode(*text, label.is_greedy ? Slash::kept : Slash::encoded);
}

class QueryWriter {
public:
    Result<void> write(const StructureMember& member, const Value& value) {
        const Shape& shape = *member.ref.shape;
        if (shape.type != ShapeType::map) return write(member.ref, member.wire_name(), value);
        maps_.push_back({&member, value});
        return {};
    }

    // A name that stands as a member of its own isn't taken from a map ("httpQueryParams trait").
    Result<std::vector<QueryParameter>> finish() {
        const std::size_t named = parameters_.size();
        for (const auto& [member, map] : maps_) {
            if (!map.is_object()) return expected_but_found("an object", map);
            for (const Member& entry : map.as_object()) {
                const bool is_taken = std::any_of(
                    parameters_.begin(), parameters_.begin() + static_cast<std::ptrdiff_t>(named),
                    [&](const QueryParameter& one) { return one.name == entry.name(); });
                if (!is_taken)
                    GRADUS_CHECK(write(member->ref.shape->value, entry.name(), entry.value));
            }
        }
        return std::move(parameters_);
    }

private:
    Result<void> write(const ShapeRef& ref, std::string_view name, const Value& value) {
        if (ref.shape->type == ShapeType::list) {
            if (!value.is_array()) return expected_but_found("an array", value);
            for (const Value& item : value.as_array())
                GRADUS_CHECK(write_scalar(ref.shape->element, name, item));
            return {};
        }
        return write_scalar(ref, name, value);
    }

    Result<void> write_scalar(const ShapeRef& ref, std::string_view name, const Value& value) {
        if (!is_scalar(ref.shape->type))
            return Error{ErrorCode::unsupported, "a structure can't stand in a query string"};
        Result<std::string> text = scalar_text(ref, value, TimestampFormat::iso8601);
        if (!text) return at(name, std::move(text).error());
        parameters_.push_back({std::string(name), std::move(*text)});
        return {};
    }

    std::vector<QueryParameter> parameters_;
    std::vector<std::pair<const StructureMember*, Value>> maps_;
};

Result<std::string> query_of(const Operation& operation, const Value& params) {
    QueryWriter writer;
    if (operation.input.shape != nullptr) {
        for (const Member& given : params.as_object()) {
            const StructureMember* member = operation.input.shape->find_member(given.name());
            if (member == nullptr || given.value.is_null()) continue;
            if (member->ref.location == Location::querystring)
                GRADUS_CHECK(writer.write(*member, given.value));
        }
    }
    GRADUS_TRY(const std::vector<QueryParameter> parameters, writer.finish());
    return format_query(parameters);
}

// The labels' texts, still encoded; nothing when the path is another.
using Labels = std::vector<std::pair<std::string_view, std::string>>;
std::optional<Labels> match_path(std::string_view pattern, std::string_view path) {
    const std::vector<std::string_view> wanted = split(pattern, '/');
    std::vector<std::string_view> found = split(path, '/');
    const bool is_greedy = pattern.find("+}") != std::string_view::npos;
    // "/bucket/" is "/bucket".
    if (!is_greedy && found.size() == wanted.size() + 1 && found.back().empty()) found.pop_back();
    if (found.size() < wanted.size() || (!is_greedy && found.size() > wanted.size()))
        return std::nullopt;
    const std::size_t surplus = found.size() - wanted.size();
    Labels labels;
    std::size_t next = 0;
    for (const std::string_view segment : wanted) {
        const std::optional<Label> label = label_of(segment);
        std::string text(found[next++]);
        for (std::size_t i = 0; label && label->is_greedy && i < surplus; ++i)
            text.append("/").append(found[next++]);
        if (!label && text != segment) return std::nullopt;
        if (label && text.empty()) return std::nullopt;
        if (label) labels.emplace_back(label->name, std::move(text));
    }
    return labels;
}

bool has_parameter(const std::vector<QueryParameter>& parameters, std::string_view name) {
    return std::ranges::any_of(parameters, [name](const auto& one) { return one.name == name; });
}

// How much of what the operation asks for, besides its path, the request has; nothing when
// something is missing.
std::optional<std::size_t> match_rest(const Operation& operation, const HttpRequest& request,
                                      const std::vector<QueryParameter>& parameters) {
    std::size_t count = 0;
    for (const QueryParameter& wanted :
         parse_query(split_target(operation.request_uri).query, Plus::space)) {
        if (std::ranges::find(parameters, wanted) == parameters.end()) return std::nullopt;
        ++count;
    }
    if (operation.input.shape == nullptr) return count;
    for (const StructureMember& member : operation.input.shape->members) {
        const Location place = member.ref.location;
        const bool is_wanted =
            member.required && (place == Location::header || place == Location::querystring);
        if (!is_wanted) continue;
        const bool is_there = place == Location::header
                                  ? find_header(request.headers, member.wire_name()) != nullptr
                                  : has_parameter(parameters, member.wire_name());
        if (!is_there) return std::nullopt;
        ++count;
    }
    return count;
}

// One parameter, or all of one name for a list.
Result<Value> query_value(const ShapeRef& ref, std::string_view name,
                          const std::vector<QueryParameter>& parameters) {
    Array all;
    const bool is_list = ref.shape->type == ShapeType::list;
    const ShapeRef& item = is_list ? ref.shape->element : ref;
    for (const QueryParameter& parameter : parameters) {
        if (parameter.name != name) continue;
        Result<Value> value = scalar_value(item, parameter.value);
        if (!value) return at(name, std::move(value).error());
        if (!is_list) return *value;
        all.push_back(std::move(*value));
    }
    if (all.empty()) return Value();
    return Value(std::move(all));
}

// All parameters that are nobody else's.
Result<Value> query_map(const Shape& input, const ShapeRef& value_ref,
                        const std::vector<QueryParameter>& parameters) {
    ObjectBuilder out;
    for (const QueryParameter& parameter : parameters) {
        if (member_at(input, Location::querystring, parameter.name) != nullptr) continue;
        GRADUS_TRY(Value value, query_value(value_ref, parameter.name, parameters));
        out.put(std::string_view(parameter.name), std::move(value));
    }
    return out.build();
}

Result<Value> route_params(const Shape& input, const Labels& labels,
                           const std::vector<QueryParameter>& parameters) {
    ObjectBuilder out;
    for (const auto& [name, text] : labels) {
        const StructureMember* member = member_at(input, Location::uri, name);
        if (member == nullptr || !is_scalar(member->ref.shape->type)) continue;
        Result<Value> value = scalar_value(member->ref, percent_decode(text));
        if (!value) return at(member->name, std::move(value).error());
        out.put(std::string_view(member->name), std::move(*value));
    }
    for (const StructureMember& member : input.members) {
        if (member.ref.location != Location::querystring) continue;
        const bool is_map = member.ref.shape->type == ShapeType::map;
        GRADUS_TRY(Value value, is_map ? query_map(input, member.ref.shape->value, parameters)
                                       : query_value(member.ref, member.wire_name(), parameters));
        const bool is_empty = is_map && value.size() == 0;
        if (!value.is_null() && !is_empty) out.put(std::string_view(member.name), std::move(value));
    }
    return out.build();
}

} // namespace

Result<std::string> write_rest_uri(const Operation& operation, const Value& params) {
    const Target pattern = split_target(operation.request_uri);
    if (!pattern.path.starts_with('/'))
        return Error{ErrorCode::syntax, "the model's path doesn't begin with '/'"};
    std::string out;
    // The path begins with '/', so the first segment is empty.
    for (const std::string_view segment : split(pattern.path.substr(1), '/')) {
        out += '/';
        const std::optional<Label> label = label_of(segment);
        if (!label) {
            out += segment;
            continue;
        }
        GRADUS_TRY(const std::string text, label_text(operation, *label, params));
        out += text;
    }
    GRADUS_TRY(const std::string query, query_of(operation, params));
    if (!pattern.query.empty()) out.append("?").append(pattern.query);
    if (!query.empty()) out.append(pattern.query.empty() ? "?" : "&").append(query);
    return out;
}

Result<RestRoute> find_rest_route(const ServiceModel& model, const HttpRequest& request) {
    const Target target = split_target(request.target);
    const std::vector<QueryParameter> parameters = parse_query(target.query, Plus::space);
    RestRoute best;
    Labels labels;
    std::size_t best_count = 0;
    for (const Operation& operation : model.operations()) {
        if (operation.method != request.method) continue;
        std::optional<Labels> matched =
            match_path(split_target(operation.request_uri).path, target.path);
        if (!matched) continue;
        const std::optional<std::size_t> count = match_rest(operation, request, parameters);
        if (!count || (best.operation != nullptr && *count <= best_count)) continue;
        best.operation = &operation;
        best_count = *count;
        labels = std::move(*matched);
    }
    if (best.operation == nullptr || best.operation->input.shape == nullptr) return best;
    GRADUS_TRY(best.params, route_params(*best.operation->input.shape, labels, parameters));
    return best;
}

} // namespace gradus::aws
