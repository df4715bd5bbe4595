#pragma once
// What the JSONPath texts and intrinsic calls of one field see: the document that `$` names, the
// context object of `$$`, the variables of `$name`, and the source of random draws. The state
// machine implements Scope without copying anything; FixedScope is for callers that hold all of it
// already (the TestState call, the command line, tests).

#include "gradus/value.hpp"
#include "states/base/base.hpp"

#include <string_view>
#include <utility>

namespace gradus {

/// Everything that is handed out lives at least as long as the evaluation that asked for it.
class Scope {
public:
    /// The document of `$`; null when the field has none, which makes every `$` path find nothing.
    virtual const Value* input() const = 0;
    /// The context object. Asked for only when a path names `$$`, so it may be built on demand.
    virtual const Value& context() const = 0;
    /// The value of a workflow variable; null when it has none.
    virtual const Value* variable(std::string_view name) const = 0;
    /// What States.UUID and States.MathRandom draw from.
    virtual Random& random() const = 0;

protected:
    Scope() = default;
    Scope(const Scope&) = default;
    Scope& operator=(const Scope&) = default;
    ~Scope() = default;
};

/// A Scope of plain values.
class FixedScope final : public Scope {
public:
    /// `variables` is an object: name to value.
    explicit FixedScope(Value input, Value context = Value::object(),
                        Value variables = Value::object(), Random random = {})
        : input_(std::move(input)),
          context_(std::move(context)),
          variables_(std::move(variables)),
          random_(random) {}

    const Value* input() const override { return &input_; }
    const Value& context() const override { return context_; }
    const Value* variable(std::string_view name) const override { return variables_.find(name); }
    Random& random() const override { return random_; }

private:
    Value input_;
    Value context_;
    Value variables_;
    mutable Random random_;
};

/// A Scope that differs from another in the document of `$` only.
class ScopeWithInput final : public Scope {
public:
    /// Both are borrowed.
    ScopeWithInput(const Scope& base, const Value& input) : base_(base), input_(input) {}

    const Value* input() const override { return &input_; }
    const Value& context() const override { return base_.context(); }
    const Value* variable(std::string_view name) const override { return base_.variable(name); }
    Random& random() const override { return base_.random(); }

private:
    const Scope& base_;
    const Value& input_;
};

} // namespace gradus
