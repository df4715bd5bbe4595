// A rule set's JSON to its tree: functions and names are looked up here, once.
#include "aws/endpoint/rule_tree.hpp"

#include "gradus/json.hpp"

#include <map>

namespace gradus::aws {
namespace {

Error fault(const std::string& expected, const std::string& found) {
    return {ErrorCode::invalid_argument,
            "endpoint rule set: expected " + expected + ", found " + found};
}

class Compiler {
public:
    explicit Compiler(RuleSet::Compiled& out) : out_(out) {}

    Result<void> parameters(const Value& document) {
        if (!document.is_object()) return fault("an object of parameters", to_json(document));
        for (const Member& member : document.as_object()) {
            RuleParameter parameter{.name = std::string(member.name())};
            if (const Value& name = member.value["builtIn"]; name.is_string())
                parameter.built_in = name.as_string();
            parameter.is_required = member.value["required"] == Value(true);
            parameter.default_value = member.value["default"];
            scope_[parameter.name] = out_.slots++;
            out_.parameters.push_back(std::move(parameter));
        }
        return {};
    }

    Result<std::vector<Rule>> rules(const Value& document) {
        if (!document.is_array()) return fault("a list of rules", to_json(document));
        std::vector<Rule> out;
        for (const Value& item : document.as_array()) {
            // What a rule assigns is known to it and to the rules below it.
            const std::map<std::string, RuleSlot, std::less<>> outer = scope_;
            auto compiled = rule(item);
            scope_ = outer;
            if (!compiled) return std::move(compiled).error();
            out.push_back(std::move(*compiled));
        }
        return out;
    }

private:
    Result<Rule> rule(const Value& document) {
        Rule out;
        const Value& conditions = document["conditions"];
        if (conditions.is_array()) {
            for (const Value& item : conditions.as_array()) {
                GRADUS_TRY(RuleCondition compiled, condition(item));
                out.conditions.push_back(std::move(compiled));
            }
        }
        const Value& type = document["type"];
        if (type == Value("tree")) {
            GRADUS_TRY(out.outcome, rules(document["rules"]));
        } else if (type == Value("error")) {
            GRADUS_TRY(RuleExpression message, expression(document["error"]));
            out.outcome = RuleError{std::move(message)};
        } else if (type == Value("endpoint")) {
            const Value& endpoint = document["endpoint"];
            GRADUS_TRY(RuleExpression url, expression(endpoint["url"]));
            GRADUS_TRY(RuleExpression headers, expression(endpoint["headers"]));
            GRADUS_TRY(RuleExpression properties, expression(endpoint["properties"]));
            out.outcome = RuleEndpoint{std::move(url), std::move(headers), std::move(properties)};
        } else {
            return fault("a rule of type endpoint, error or tree", to_json(type));
        }
        return out;
    }

    Result<RuleCondition> condition(const Value& document) {
        RuleCondition out;
        GRADUS_TRY(out.call, call(document));
        if (const Value& name = document["assign"]; name.is_string()) {
            out.assign = out_.slots++;
            scope_[std::string(name.as_string())] = *out.assign;
        }
        return out;
    }

    Result<RuleCall> call(const Value& document) {
        const Value& name = document["fn"];
        const auto row = name.is_string() ? find_rule_function(name.as_string()) : std::nullopt;
        if (!row) return fault("a function of the rules language", to_json(name));
        const Value& arguments = document["argv"];
        if (!arguments.is_array() || arguments.size() != row->arguments) {
            return fault(std::to_string(row->arguments) + " arguments of " + std::string(row->name),
                         to_json(arguments));
        }
        RuleCall out{.function = row->call};
        for (const Value& argument : arguments.as_array()) {
            GRADUS_TRY(RuleExpression compiled, expression(argument));
            out.arguments.push_back(std::move(compiled));
        }
        return out;
    }

    /// Also of headers and properties, whose texts are templates at any depth.
    Result<RuleExpression> expression(const Value& document) {
        if (document.is_string()) return text(document.as_string());
        if (document.is_array()) {
            RuleList list;
            for (const Value& item : document.as_array()) {
                GRADUS_TRY(RuleExpression compiled, expression(item));
                list.items.push_back(std::move(compiled));
            }
            return RuleExpression{std::move(list)};
        }
        if (!document.is_object()) return RuleExpression{document};
        if (const Value& name = document["ref"]; name.is_string()) {
            GRADUS_TRY(const RuleSlot slot, find(name.as_string()));
            return RuleExpression{RuleReference{slot}};
        }
        if (document["fn"].is_string()) {
            GRADUS_TRY(RuleCall compiled, call(document));
            return RuleExpression{std::move(compiled)};
        }
        RuleRecord record;
        for (const Member& member : document.as_object()) {
            GRADUS_TRY(RuleExpression compiled, expression(member.value));
            record.names.emplace_back(member.name());
            record.values.push_back(std::move(compiled));
        }
        return RuleExpression{std::move(record)};
    }

    /// "{Name}", "{Name#path}"; "{{" and "}}" are braces.
    Result<RuleExpression> text(std::string_view rest) {
        RuleTemplate out;
        std::string before;
        while (!rest.empty()) {
            const std::size_t brace = std::min(rest.find_first_of("{}"), rest.size());
            before += rest.substr(0, brace);
            rest.remove_prefix(brace);
            if (rest.empty()) break;
            if (rest.size() > 1 && rest[1] == rest[0]) {
                before += rest[0];
                rest.remove_prefix(2);
                continue;
            }
            const std::size_t end = rest.find('}');
            if (rest[0] == '}' || end == std::string_view::npos)
                return fault("a '}' for each '{'", "'" + std::string(rest) + "'");
            const std::string_view inside = rest.substr(1, end - 1);
            const std::size_t hash = inside.find('#');
            GRADUS_TRY(const RuleSlot slot, find(inside.substr(0, hash)));
            const std::string_view path =
                hash == std::string_view::npos ? std::string_view() : inside.substr(hash + 1);
            out.parts.push_back({std::move(before), slot, std::string(path)});
            before.clear();
            rest.remove_prefix(end + 1);
        }
        if (out.parts.empty()) return RuleExpression{Value(before)};
        if (!before.empty()) out.parts.push_back({std::move(before), std::nullopt, ""});
        return RuleExpression{std::move(out)};
    }

    Result<RuleSlot> find(std::string_view name) const {
        const auto found = scope_.find(name);
        if (found == scope_.end())
            return fault("a parameter or an assigned name", "'" + std::string(name) + "'");
        return found->second;
    }

    RuleSet::Compiled& out_;
    std::map<std::string, RuleSlot, std::less<>> scope_;
};

} // namespace

Result<RuleSet> RuleSet::compile(const Value& document) {
    auto out = std::make_shared<Compiled>();
    Compiler compiler(*out);
    GRADUS_CHECK(compiler.parameters(document["parameters"]));
    GRADUS_TRY(out->rules, compiler.rules(document["rules"]));
    return RuleSet(std::move(out));
}

} // namespace gradus::aws
