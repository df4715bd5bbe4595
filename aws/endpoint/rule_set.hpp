#pragma once
// Endpoint rule sets: what a service's model says about where it answers. Smithy 2.0, "Endpoints,
// rules engine specification". Compiled once; resolving is pure and may be done from any number of
// threads.

#include "gradus/result.hpp"
#include "gradus/value.hpp"

#include <memory>
#include <string>
#include <vector>

namespace gradus::aws {

struct RuledEndpoint {
    std::string url;
    Value headers = Value::object();    // name to a list of values
    Value properties = Value::object(); // "authSchemes", …

    friend bool operator==(const RuledEndpoint&, const RuledEndpoint&) = default;
};

struct RuleParameter {
    std::string name;     // "UseFIPS"
    std::string built_in; // what it means to every service: "AWS::UseFIPS"; empty: nothing
    bool is_required = false;
    Value default_value;
};

class RuleSet {
public:
    /// `document` is the rule set as JSON, version 1.x. Fails with invalid_argument, and names what
    /// is wrong: an unknown function or type of rule, a reference to what isn't assigned there.
    static Result<RuleSet> compile(const Value& document);

    /// `parameters` by name ("Region", "UseFIPS"); those that are missing take their defaults,
    /// unknown ones are passed over. Fails with invalid_argument, in the rule set's own words
    /// where one of its error rules fits.
    Result<RuledEndpoint> resolve(const Value& parameters) const;

    const std::vector<RuleParameter>& parameters() const;

    struct Compiled;

private:
    explicit RuleSet(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}

    std::shared_ptr<const Compiled> compiled_;
};

} // namespace gradus::aws
