#pragma once
// Where the states of a definition stand in its text, and which of their results can't be computed
// again from a history: those that draw random numbers or look at the clock or the context object.

#include "gradus/value.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace gradus {

class DefinitionMap {
public:
    /// Of a text that compiles.
    explicit DefinitionMap(std::string_view definition);

    /// "/States/Each/ItemProcessor/States/Check"; empty when there is no such state.
    std::string pointer(const std::string& state) const;
    /// The state's own JSON; null when there is no such state.
    const Value* state(const std::string& state) const;
    /// Whether anything in the state (branches and iterations apart) may come out otherwise the
    /// next time.
    bool may_vary(const std::string& state) const;
    const Value& document() const { return document_; }

private:
    struct Place {
        std::string pointer;
        bool may_vary = false;
    };
    void add_scope(const Value& scope, const std::string& pointer);
    void add_state(const Value& state, const std::string& name, const std::string& pointer);

    Value document_;
    std::map<std::string, Place> places_;
};

} // namespace gradus
