#include "aws/model/validate.hpp"

#include "aws/protocol/scalars.hpp"

#include "gradus/aws/http_header.hpp"
#include "states/base/closest_name.hpp"

#include <algorithm>

namespace gradus::aws {

namespace {

std::string child_path(const std::string& path, std::string_view name) {
    std::string out = path;
    if (!out.empty()) out += '.';
    return out.append(name);
}

class Validator {
public:
    void check(const ShapeRef& ref, const Value& value, const std::string& path,
               std::size_t depth) {
        if (problems.size() >= parameter_problems_max) return;
        if (depth > protocol_depth_max) return add(path, "nested too deeply");
        switch (ref.shape->type) {
        case ShapeType::structure: return structure(*ref.shape, value, path, depth);
        case ShapeType::list:
            if (!value.is_array()) return expected("an array", value, path);
            for (std::size_t i = 0; i < value.size(); ++i)
                check(ref.shape->element, value[i], path + '[' + std::to_string(i) + ']',
                      depth + 1);
            return;
        case ShapeType::map:
            if (!value.is_object()) return expected("an object", value, path);
            for (const Member& entry : value.as_object())
                check(ref.shape->value, entry.value, child_path(path, entry.name()), depth + 1);
            return;
        case ShapeType::string:
        case ShapeType::character:
        case ShapeType::blob:
            if (!value.is_string()) expected("a string", value, path);
            return;
        case ShapeType::boolean:
            if (!value.is_boolean()) expected("a boolean", value, path);
            return;
        case ShapeType::integer: {
            std::int64_t number = 0;
            if (!value.is_number() || !value.to_integer(number))
                expected("an integer", value, path);
            return;
        }
        case ShapeType::real: {
            const bool is_special = value.is_string() && (value.as_string() == "NaN" ||
                                                          value.as_string() == "Infinity" ||
                                                          value.as_string() == "-Infinity");
            if (!value.is_number() && !is_special) expected("a number", value, path);
            return;
        }
        case ShapeType::timestamp:
            if (!read_timestamp(value))
                expected("a time stamp (epoch seconds or ISO 8601)", value, path);
            return;
        case ShapeType::document: return;
        }
    }

    std::vector<ParameterProblem> problems;

private:
    void structure(const Shape& shape, const Value& value, const std::string& path,
                   std::size_t depth) {
        if (!value.is_object()) return expected("an object", value, path);
        for (const Member& given : value.as_object()) {
            const StructureMember* member = shape.find_member(given.name());
            if (member == nullptr)
                unknown(shape, given.name(), path);
            else if (!given.value.is_null())
                check(member->ref, given.value, child_path(path, given.name()), depth + 1);
        }
        for (const StructureMember& member : shape.members) {
            const Value* given = value.find(member.name);
            if (member.required && (given == nullptr || given->is_null()))
                add(path, "required member '" + member.name + "' is missing");
        }
    }

    void unknown(const Shape& shape, std::string_view name, const std::string& path) {
        std::vector<std::string_view> candidates;
        for (const StructureMember& member : shape.members)
            candidates.push_back(member.name);
        std::string message = "unknown member '" + std::string(name) + "'";
        if (const std::string_view near = closest_name(name, candidates); !near.empty())
            message.append(", did you mean '").append(near).append("'?");
        add(path, std::move(message));
    }

    void expected(std::string_view what, const Value& found, const std::string& path) {
        add(path, expected_but_found(what, found).message);
    }

    void add(const std::string& path, std::string message) {
        if (problems.size() < parameter_problems_max)
            problems.push_back({path, std::move(message)});
    }
};

} // namespace

std::vector<ParameterProblem> validate(const Operation& operation, const Value& params) {
    Validator validator;
    if (operation.input.shape != nullptr) {
        validator.check(operation.input, params, "", 0);
    } else if (!params.is_object()) {
        return {{"", expected_but_found("an object", params).message}};
    } else if (params.size() > 0) {
        return {{"", "the operation takes no parameters"}};
    }
    return std::move(validator.problems);
}

std::string describe(const std::vector<ParameterProblem>& problems) {
    std::string out;
    for (const ParameterProblem& problem : problems) {
        if (!out.empty()) out += "; ";
        if (!problem.path.empty()) out += problem.path + ": ";
        out += problem.message;
    }
    return out;
}

} // namespace gradus::aws
