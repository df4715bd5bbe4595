#include "states/query/jsonata/evaluator.hpp"

#include "gradus/limits.hpp"
#include "states/query/jsonata/lexer.hpp"

#include <algorithm>
#include <cmath>

namespace gradus::jsonata {

Result<Outcome, Error> evaluate(const Expression& expression, const Bindings& bindings,
                                const Limits& limits) {
    Evaluator evaluator(expression.program(), bindings, limits);
    return evaluator.run();
}

Evaluator::Evaluator(const Program& program, const Bindings& bindings, const Limits& limits)
    : program_(&program), bindings_(bindings), limits_(limits) {
    if (program.globals.size() > few_globals_.size()) {
        load(program);
        globals_ = programs_.front().globals.data();
        return;
    }
    for (std::size_t i = 0; i < program.globals.size(); ++i) {
        for (const Binding& binding : bindings.variables) {
            if (binding.name == program.globals[i].name) globals_[i] = &binding.value;
        }
    }
}

Result<Outcome, Error> Evaluator::run() {
    const char here = 0;
    stack_start_ = &here;
    Item input;
    if (bindings_.input != nullptr)
        input = Item::refer(*bindings_.input, bindings_.input->is_array() ? Item::whole_input : 0);
    Ref<Frame> frame;
    if (program_->root_scope != nullptr) frame = make_frame(heap_, *program_->root_scope, nullptr);
    const Item result = evaluate(node(program_->root), input, frame.get());
    if (result.is_failed()) return std::move(*error_);
    Outcome outcome;
    if (result.is_undefined()) return outcome;
    // A function inside of a result is no JSON either: that AWS says so is assumed, not recorded.
    // The language itself prints it as an empty text.
    const bool is_service = program_->dialect == Dialect::step_functions;
    if (result.is_function() || (is_service && holds_function(result))) {
        outcome.kind = Outcome::Kind::function;
        return outcome;
    }
    if (is_out_of_range(result)) {
        fail("D1001", node(program_->root).position);
        return std::move(*error_);
    }
    outcome.kind = Outcome::Kind::value;
    outcome.value = to_value(result);
    return outcome;
}

// --- failing ------------------------------------------------------------------------------------

Item Evaluator::fail(Error error) {
    if (!error_) error_ = std::make_unique<Error>(std::move(error));
    return Item::failed();
}

Item Evaluator::fail(std::string_view code, std::uint32_t position, std::string_view token,
                     Value value, const Value& other) {
    return fail(make_error(code, position, token, std::move(value), other));
}

Item Evaluator::fail_with(std::string_view code, std::string message, std::uint32_t position) {
    Error error;
    error.code = code;
    error.position = position;
    error.message = std::move(message);
    return fail(std::move(error));
}

bool Evaluator::exhausted(std::string_view message) {
    fail_with("U1001", std::string(message), 0);
    return false;
}

Item Evaluator::out_of(std::string_view what) {
    exhausted(what);
    return Item::failed();
}

bool Evaluator::allow_depth(std::uint32_t depth) {
    return depth <= limits::json_depth_max || exhausted("A value is nested too deeply");
}

bool Evaluator::enter(std::uint32_t position) {
    const char here = 0;
    const auto used = static_cast<std::size_t>(std::abs(stack_start_ - &here));
    if (++depth_ > limits_.depth_max || used > limits_.stack_bytes_max) {
        fail_with("U1001",
                  "Stack overflow error: Check for non-terminating recursive function.  Consider "
                  "rewriting as tail-recursive.",
                  position);
        return false;
    }
    return take_steps();
}

// --- nodes --------------------------------------------------------------------------------------

Item Evaluator::evaluate(const Node& node, const Item& input, Frame* frame) {
    if (node.walkable) {
        bool found = false;
        const Value* value = walk(node, input, frame, found);
        if (found) return value != nullptr ? Item(*value) : Item();
    }
    if (!enter(node.position)) {
        --depth_;
        return Item::failed();
    }
    Item result = evaluate_inner(node, input, frame);
    --depth_;
    if (!result.is_defined()) {
        // A group makes an object even of nothing.
        if (node.plain || node.group == none || !result.is_undefined()) return result;
    }
    if (!node.plain) return finished(node, std::move(result), input, frame);
    if (result.has(Item::sequence)) result = normalised(std::move(result));
    result.set_flags(result.flags() & ~Item::collapsed);
    return result;
}

Item Evaluator::finished(const Node& node, Item result, const Item& input, Frame* frame) {
    const bool is_path = node.kind == NodeKind::path;
    // The predicates of a step are its stages, which the path applies.
    (void)input;
    for (std::size_t i = 0; !is_path && i < node.predicates.size; ++i) {
        const NodeStage& stage = program_->stages[node.predicates.first + i];
        if (stage.filter == none) continue;
        result = filter(this->node(stage.filter), result, frame);
        if (result.is_failed()) return result;
    }
    if (!is_path && node.group != none) {
        result = group(this->node(node.group), result, frame);
        if (result.is_failed()) return result;
    }
    if (node.keep_array && result.is_defined()) {
        if (result.has(Item::collapsed))
            result = as_array(heap_, std::move(result), Item::sequence);
        if (result.has(Item::sequence)) result.add_flags(Item::keep_singleton);
    }
    result = normalised(std::move(result));
    result.set_flags(result.flags() & ~Item::collapsed);
    return result;
}

Item Evaluator::evaluate_inner(const Node& node, const Item& input, Frame* frame) {
    switch (node.kind) {
    case NodeKind::constant: {
        Item item(node.value);
        if (node.constructed) item.add_flags(Item::constructed);
        return item;
    }
    case NodeKind::name: return name(node, input);
    case NodeKind::wildcard: return wildcard(input);
    case NodeKind::descendants: return descendants(input);
    case NodeKind::variable: return variable(node, frame);
    case NodeKind::context: {
        Item item(input);
        item.set_flags(item.flags() & static_cast<std::uint8_t>(~Item::whole_input));
        return item;
    }
    case NodeKind::root: return bindings_.input != nullptr ? Item::refer(*bindings_.input) : Item();
    case NodeKind::path: return path(node, input, frame);
    case NodeKind::sort: return sorted(node, input, frame);
    case NodeKind::array: return array_constructor(node, input, frame);
    case NodeKind::object: return object_constructor(node, input, frame);
    case NodeKind::negate: return negation(node, input, frame);
    case NodeKind::range: return range(node, input, frame);
    case NodeKind::add:
    case NodeKind::subtract:
    case NodeKind::multiply:
    case NodeKind::divide:
    case NodeKind::remainder: return arithmetic(node, input, frame);
    case NodeKind::equal:
    case NodeKind::unequal: return equality(node, input, frame);
    case NodeKind::less:
    case NodeKind::less_equal:
    case NodeKind::greater:
    case NodeKind::greater_equal: return comparison(node, input, frame);
    case NodeKind::concatenate: return concatenation(node, input, frame);
    case NodeKind::logical_and:
    case NodeKind::logical_or: return logical(node, input, frame);
    case NodeKind::contained: return containment(node, input, frame);
    case NodeKind::condition: return condition(node, input, frame);
    case NodeKind::coalesce:
    case NodeKind::elvis: return coalesce(node, input, frame);
    case NodeKind::block: return block(node, input, frame);
    case NodeKind::bind: return bind(node, input, frame);
    case NodeKind::call: return call_expression(node, input, frame, nullptr);
    case NodeKind::partial: return partial_application(node, input, frame);
    case NodeKind::placeholder: return Item();
    case NodeKind::lambda:
    case NodeKind::transform: return lambda(node, input, frame);
    case NodeKind::apply: return application(node, input, frame);
    case NodeKind::regex: {
        auto* regex = heap_.make<RegexFunction>(ObjectKind::regex);
        regex->regex = &program_->regexes[node.extra];
        return Item(regex);
    }
    }
    GRADUS_UNREACHABLE();
}

// --- reading ------------------------------------------------------------------------------------

const Item* Evaluator::slot(const Node& node, Frame* frame) const {
    for (std::uint32_t i = 0; i < node.places.size; ++i) {
        const Place place = program_->places[node.places.first + i];
        Frame* at = frame;
        for (std::uint16_t hop = 0; hop < place.hops; ++hop)
            at = at->parent.get();
        const Item& item = at->slots()[place.slot];
        if (!item.is_undefined() || item.has(bound_flag)) return &item;
    }
    return nullptr;
}

// Follows what can be read without making anything. `found` says that the answer is certain; a null
// answer is undefined then.
const Value* Evaluator::walk(const Node& node, const Item& input, Frame* frame, bool& found) const {
    if (node.kind == NodeKind::constant) {
        found = true;
        return &node.value;
    }
    if (node.kind == NodeKind::context) {
        found = input.flags() == 0 && (input.value() != nullptr || input.is_undefined());
        return input.value();
    }
    if (node.kind == NodeKind::variable) {
        if (const Item* item = slot(node, frame)) {
            found = item->value() != nullptr && item->flags() == 0;
            return item->value();
        }
        if (node.global == none) return nullptr;
        found = globals_[node.global] != nullptr;
        return globals_[node.global];
    }
    if (node.kind == NodeKind::name) {
        const Value* value = input.value();
        if (value == nullptr || !value->is_object()) return nullptr;
        found = true;
        return value->find_key(node.value);
    }
    const Value* at = walk(child(node, 0), input, frame, found);
    for (std::size_t i = 1; found && i < node.children.size; ++i) {
        if (at == nullptr) return nullptr;
        if (!at->is_object()) {
            found = !at->is_array();
            return nullptr;
        }
        at = at->find_key(child(node, i).value);
    }
    return at;
}

Item Evaluator::variable(const Node& node, Frame* frame) {
    if (const Item* item = slot(node, frame)) {
        Item copy(*item);
        if (copy.is_undefined()) copy.set_flags(0);
        return copy;
    }
    if (node.global == none) return Item();
    if (globals_[node.global] != nullptr) return Item(*globals_[node.global]);
    const std::int32_t number = program_->globals[node.global].builtin;
    if (number < 0) return Item();
    auto* builtin = heap_.make<Builtin>(ObjectKind::builtin);
    builtin->entry = &builtin_at(number);
    return Item(builtin);
}

// --- control ------------------------------------------------------------------------------------

Item Evaluator::condition(const Node& node, const Item& input, Frame* frame) {
    Item storage;
    const Value* value = operand(this->node(node.a), input, frame, storage);
    if (storage.is_failed()) return storage;
    const bool holds = value != nullptr && value->is_boolean() ? value->as_boolean()
                       : value != nullptr                      ? truth(Item::refer(*value))
                                                               : truth(storage);
    if (holds) return evaluate(this->node(node.b), input, frame);
    return node.c == none ? Item() : evaluate(this->node(node.c), input, frame);
}

Item Evaluator::coalesce(const Node& node, const Item& input, Frame* frame) {
    Item left = evaluate(this->node(node.a), input, frame);
    if (left.is_failed()) return left;
    const bool good = node.kind == NodeKind::coalesce ? left.is_defined() : truth(left);
    return good ? left : evaluate(this->node(node.b), input, frame);
}

Item Evaluator::block(const Node& node, const Item& input, Frame* frame) {
    Ref<Frame> own;
    if (node.scope != nullptr) {
        own = make_frame(heap_, *node.scope, frame);
        frame = own.get();
    }
    Item result;
    for (std::size_t i = 0; i < node.children.size; ++i) {
        result = evaluate(child(node, i), input, frame);
        if (result.is_failed()) return result;
    }
    return result;
}

Item Evaluator::bind(const Node& node, const Item& input, Frame* frame) {
    Item value = evaluate(this->node(node.b), input, frame);
    if (value.is_failed()) return value;
    if (frame != nullptr && node.focus >= 0)
        frame->bind(static_cast<std::size_t>(node.focus), value);
    return value;
}

// --- common judgements --------------------------------------------------------------------------

bool Evaluator::truth(const Item& item) {
    if (const Value* value = item.value()) {
        switch (value->kind()) {
        case Value::Kind::null: return false;
        case Value::Kind::boolean: return value->as_boolean();
        case Value::Kind::integer: return value->as_integer() != 0;
        case Value::Kind::real:
        case Value::Kind::decimal: return value->as_double() != 0;
        case Value::Kind::string:
        case Value::Kind::object: return value->size() > 0;
        case Value::Kind::array: break;
        }
    }
    if (const auto* record = item.as<Record>(ObjectKind::record)) return !record->members.empty();
    if (!item.is_array()) return false;
    const Elements elements(item);
    for (std::size_t i = 0; i < elements.size(); ++i) {
        if (truth(elements.peek(i))) return true;
    }
    return false;
}

bool Evaluator::equal(const Item& a, const Item& b) {
    const Value* left = a.value();
    const Value* right = b.value();
    if (left != nullptr && right != nullptr) return *left == *right;
    if (a.is_function() || b.is_function())
        return a.object() != nullptr && a.object() == b.object();
    if (!a.is_defined() || !b.is_defined()) return a.is_defined() == b.is_defined();
    if (a.is_array() != b.is_array()) return false;
    if (!a.is_array()) return to_value(a) == to_value(b);
    const Elements lefts(a);
    const Elements rights(b);
    if (lefts.size() != rights.size()) return false;
    for (std::size_t i = 0; i < lefts.size(); ++i) {
        if (!equal(lefts.peek(i), rights.peek(i))) return false;
    }
    return true;
}

} // namespace gradus::jsonata
