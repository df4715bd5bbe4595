// Calling: functions of the language, lambdas (tail calls in a loop), partial application, ~>.

#include "states/query/jsonata/evaluator.hpp"

#include "states/query/jsonata/lexer.hpp"

#include <algorithm>

namespace gradus::jsonata {

namespace {

// No function of the language has more parameters, but for the one that takes any number.
constexpr std::size_t padded_arguments = 4;

constexpr Signature transform_signature = signature_of("<(oa):o>");

} // namespace

/// The arguments of one call, in place for as many as are usual.
struct Evaluator::Arguments {
    Item few[padded_arguments];
    std::vector<Item> many;
    Item* data = few;
    std::size_t count = 0;

    void expect(std::size_t size) {
        if (size <= padded_arguments) return;
        many.resize(size);
        data = many.data();
    }
};

// What can be read in place is passed as an alias, as long as no later argument could bind anew the
// variable it is found in. A tail call outlives the frame, so it gets values.
bool Evaluator::evaluate_arguments(const Node& node, const Item& input, Frame* frame,
                                   Arguments& out) {
    std::size_t last_active = 0;
    for (std::size_t i = 0; i < node.children.size; ++i) {
        const Node& argument = child(node, i);
        const bool passive = argument.walkable || argument.kind == NodeKind::lambda ||
                             argument.kind == NodeKind::regex;
        if (!passive) last_active = i;
    }
    for (std::size_t i = 0; i < node.children.size; ++i) {
        const Node& node_of_argument = child(node, i);
        Item& argument = out.data[out.count++];
        if (!node.tail && node_of_argument.walkable && i >= last_active) {
            bool found = false;
            const Value* value = walk(node_of_argument, input, frame, found);
            if (found && value != nullptr) argument = Item::refer(*value);
            if (found) continue;
        }
        argument = evaluate(node_of_argument, input, frame);
        if (argument.is_failed()) return false;
    }
    return true;
}

std::string_view Evaluator::callee_name(const Node& procedure) const {
    const Node& named = procedure.kind == NodeKind::path ? child(procedure, 0) : procedure;
    const bool has_name = named.kind == NodeKind::variable || named.kind == NodeKind::name;
    return has_name ? named.value.as_string() : std::string_view();
}

// Whether somebody forgot the $ before the name of a function.
bool Evaluator::names_function(const Node& procedure) const {
    if (procedure.kind != NodeKind::path) return false;
    const std::string_view name = callee_name(procedure);
    if (find_builtin(name, program_->dialect) != nullptr) return true;
    return std::any_of(bindings_.variables.begin(), bindings_.variables.end(),
                       [&](const Binding& binding) { return binding.name == name; });
}

Item Evaluator::call_expression(const Node& node, const Item& input, Frame* frame,
                                const Item* first) {
    const Node& procedure = this->node(node.a);
    const BuiltinEntry* entry = nullptr;
    Item function;
    if (procedure.kind == NodeKind::variable && procedure.plain && procedure.global != none &&
        globals_[procedure.global] == nullptr && slot(procedure, frame) == nullptr) {
        const std::int32_t number = program_->globals[procedure.global].builtin;
        if (number >= 0) entry = &builtin_at(number);
    }
    if (entry == nullptr) {
        function = evaluate(procedure, input, frame);
        if (function.is_failed()) return function;
        if (function.is_undefined() && names_function(procedure))
            return fail("T1005", node.position, callee_name(procedure));
    }
    Arguments arguments;
    arguments.expect(node.children.size + (first != nullptr ? 1 : 0));
    if (first != nullptr) arguments.data[arguments.count++] = *first;
    if (!evaluate_arguments(node, input, frame, arguments)) return Item::failed();
    Item result;
    if (entry != nullptr) {
        result = call_builtin(*entry, arguments.data, arguments.count, padded_arguments, input,
                              frame, node.position);
    } else if (node.tail && function.is_object_of(ObjectKind::lambda)) {
        if (!pending_) pending_ = std::make_unique<Pending>();
        pending_->function = std::move(function);
        pending_->arguments.assign(std::make_move_iterator(arguments.data),
                                   std::make_move_iterator(arguments.data + arguments.count));
        pending_->position = node.position;
        return Item::tail_call();
    } else {
        result = call(function, arguments.data, arguments.count, input, frame, node.position);
    }
    if (result.is_failed()) blame(procedure, node.position);
    return result;
}

// An error without a place of its own gets that of the innermost call.
void Evaluator::blame(const Node& procedure, std::uint32_t position) {
    if (error_->position == 0) error_->position = position;
    if (!error_->token.empty()) return;
    error_->token = callee_name(procedure);
    constexpr std::string_view nameless = "of function \"\"";
    const std::size_t place = error_->message.find(nameless);
    if (place != std::string::npos)
        error_->message.insert(place + nameless.size() - 1, error_->token);
}

Item Evaluator::call(const Item& function, Item* arguments, std::size_t count, const Item& input,
                     Frame* frame, std::uint32_t position) {
    if (!function.is_function()) return fail("T1006", position);
    if (auto* lambda = function.as<Lambda>(ObjectKind::lambda))
        return call_lambda(Ref<Lambda>(lambda), arguments, count, input, position);
    if (const auto* builtin = function.as<Builtin>(ObjectKind::builtin)) {
        const BuiltinEntry& entry = *builtin->entry;
        if (count >= padded_arguments)
            return call_builtin(entry, arguments, count, count, input, frame, position);
        Item padded[padded_arguments];
        std::move(arguments, arguments + count, padded);
        return call_builtin(entry, padded, count, padded_arguments, input, frame, position);
    }
    if (const auto* partial = function.as<Partial>(ObjectKind::partial))
        return call_partial(*partial, arguments, count, input, frame, position);
    if (const auto* chain = function.as<Chain>(ObjectKind::chain)) {
        if (!enter(position)) return Item::failed();
        Item between = call(chain->first, arguments, count, input, frame, position);
        Item result = between.is_failed()
                          ? Item::failed()
                          : call(chain->second, &between, 1, input, frame, position);
        --depth_;
        return result;
    }
    return call_regex(function, arguments, count);
}

std::size_t Evaluator::arity(const Item& function) const {
    if (const auto* lambda = function.as<Lambda>(ObjectKind::lambda))
        return lambda->node->kind == NodeKind::transform ? 1 : lambda->node->children.size;
    if (const auto* builtin = function.as<Builtin>(ObjectKind::builtin))
        return builtin->entry->arity;
    if (const auto* partial = function.as<Partial>(ObjectKind::partial))
        return static_cast<std::size_t>(
            std::count(partial->open.begin(), partial->open.end(), true));
    return 1;
}

// --- functions of the language ------------------------------------------------------------------

Item Evaluator::call_builtin(const BuiltinEntry& entry, Item* arguments, std::size_t count,
                             std::size_t capacity, const Item& input, Frame* frame,
                             std::uint32_t position) {
    const Signature& signature = entry.signature;
    bool fits = count <= signature.size && signature.size <= std::max(capacity, count);
    for (std::size_t i = 0; fits && i < signature.size; ++i) {
        const Parameter& parameter = signature.parameters[i];
        if (i >= count) {
            fits = parameter.optional && !parameter.context;
            continue;
        }
        fits = (type_of(arguments[i]) & parameter.types) != 0;
        if (fits && parameter.member_symbol != 0 &&
            !check_members(parameter, arguments[i], entry.name, i, position))
            return Item::failed();
    }
    if (made_infinite_) {
        for (std::size_t i = 0; i < count; ++i) {
            const bool to_text = entry.name == "string";
            if (is_out_of_range(arguments[i]) && (to_text || arguments[i].is_number()))
                return fail(to_text ? "D3001" : "D1001", position, entry.name);
        }
    }
    if (fits) {
        Call call{*this, arguments, count, input, frame, position};
        return entry.function(call);
    }
    std::vector<Item> checked(std::make_move_iterator(arguments),
                              std::make_move_iterator(arguments + count));
    if (!validate(signature, entry.name, checked, input, position, false)) return Item::failed();
    count = checked.size();
    checked.resize(std::max(count, padded_arguments));
    Call call{*this, checked.data(), count, input, frame, position};
    return entry.function(call);
}

bool Evaluator::check_members(const Parameter& parameter, const Item& argument,
                              std::string_view name, std::size_t index, std::uint32_t position) {
    const std::uint16_t wanted =
        detail::types_of(parameter.member_symbol) & static_cast<std::uint16_t>(~type::missing);
    bool good = true;
    if (argument.is_array() && !argument.is_object_of(ObjectKind::range)) {
        const Elements elements(argument);
        for (std::size_t i = 0; good && i < elements.size(); ++i)
            good = (type_of(elements.peek(i)) & wanted) != 0;
    } else if (argument.is_defined() && !argument.is_array()) {
        good = (type_of(argument) & wanted) != 0;
    }
    if (good) return true;
    Error error;
    error.code = "T0412";
    error.position = position;
    error.token = name;
    error.value = Value(index + 1);
    std::string_view type = "strings";
    switch (parameter.member_symbol) {
    case 'a': type = "arrays"; break;
    case 'b': type = "booleans"; break;
    case 'f': type = "functions"; break;
    case 'n': type = "numbers"; break;
    case 'o': type = "objects"; break;
    default: break;
    }
    error.message = message_of(error, Value(type));
    error.value = to_value(argument);
    fail(std::move(error));
    return false;
}

// Lays arguments out as the parameters want them: the context for missing ones, [x] for x where an
// array is asked for.
bool Evaluator::validate(const Signature& signature, std::string_view name,
                         std::vector<Item>& arguments, const Item& input, std::uint32_t position,
                         bool wrap_arrays) {
    const Matching matching = match_arguments(signature, arguments.data(), arguments.size());
    if (!matching.matched) {
        wrong_argument(signature, name, arguments.data(), arguments.size(), position);
        return false;
    }
    std::vector<Item> checked;
    std::size_t next = 0;
    for (std::size_t i = 0; i < signature.size; ++i) {
        const Parameter& parameter = signature.parameters[i];
        const std::size_t taken = matching.counts[i];
        if (taken == 0 && parameter.context) {
            if ((type_of(input) & parameter.types) == 0) {
                Error error = make_error("T0411", position, name, Value(next + 1));
                error.value = to_value(input);
                fail(std::move(error));
                return false;
            }
            Item context(input);
            context.set_flags(context.flags() & ~Item::whole_input);
            checked.push_back(std::move(context));
        } else if (taken == 0) {
            checked.emplace_back();
        }
        for (std::size_t k = 0; k < taken; ++k, ++next) {
            Item& argument = arguments[next];
            if (parameter.member_symbol != 0 &&
                !check_members(parameter, argument, name, next, position))
                return false;
            const bool wraps = wrap_arrays && parameter.symbol == 'a' && argument.is_defined() &&
                               !argument.is_array();
            checked.push_back(wraps ? as_array(heap_, std::move(argument), 0)
                                    : std::move(argument));
        }
    }
    arguments = std::move(checked);
    return true;
}

// Names the first argument at which the types part from the signature.
Item Evaluator::wrong_argument(const Signature& signature, std::string_view name,
                               const Item* arguments, std::size_t count, std::uint32_t position) {
    Signature beginning;
    std::size_t good = 0;
    for (std::size_t i = 0; i < signature.size; ++i) {
        beginning.parameters[beginning.size++] = signature.parameters[i];
        std::size_t reach = count + 1;
        for (std::size_t n = count + 1; n-- > 0;) {
            if (!match_arguments(beginning, arguments, n).matched) continue;
            reach = n;
            break;
        }
        if (reach > count) break;
        good = reach;
    }
    Error error = make_error("T0410", position, name, Value(good + 1));
    error.value = good < count ? to_value(arguments[good]) : Value();
    return fail(std::move(error));
}

// --- lambdas ------------------------------------------------------------------------------------

Item Evaluator::lambda(const Node& node, const Item& input, Frame* frame) {
    auto* made = heap_.make<Lambda>(ObjectKind::lambda);
    made->program = program_;
    made->node = &node;
    made->input = input;
    made->frame = Ref<Frame>(frame);
    if (frame != nullptr) frame->capture();
    return Item(made);
}

Item Evaluator::call_lambda(Ref<Lambda> lambda, Item* arguments, std::size_t count,
                            const Item& input, std::uint32_t position) {
    std::vector<Item> owned;
    const Program* const caller = program_;
    Item result;
    while (true) {
        if (!take_steps()) return Item::failed();
        const Node& node = *lambda->node;
        if (lambda->program != program_) use_program(lambda->program);
        const bool is_transform = node.kind == NodeKind::transform;
        if (is_transform || node.extra != UINT32_MAX) {
            std::vector<Item> checked(std::make_move_iterator(arguments),
                                      std::make_move_iterator(arguments + count));
            const Signature& signature =
                is_transform ? transform_signature : program_->signatures[node.extra];
            if (!validate(signature, "", checked, input, position, !is_transform)) {
                result = Item::failed();
                break;
            }
            owned = std::move(checked);
            arguments = owned.data();
            count = owned.size();
        }
        if (is_transform) {
            result = transform(*lambda, count > 0 ? arguments[0] : Item());
            break;
        }
        Ref<Frame> own;
        Frame* frame = lambda->frame.get();
        if (node.scope != nullptr) {
            own = make_frame(heap_, *node.scope, frame);
            frame = own.get();
            for (std::size_t i = 0; i < node.children.size; ++i)
                own->bind_argument(i, i < count ? std::move(arguments[i]) : Item());
        }
        result = evaluate(this->node(node.a), lambda->input, frame);
        if (!result.is_tail_call()) break;
        owned = std::move(pending_->arguments);
        arguments = owned.data();
        count = owned.size();
        position = pending_->position;
        lambda = Ref<Lambda>(pending_->function.as<Lambda>(ObjectKind::lambda));
        pending_->function = Item();
    }
    if (program_ != caller) use_program(caller);
    return result;
}

// --- partial application and ~> -----------------------------------------------------------------

Item Evaluator::partial_application(const Node& node, const Item& input, Frame* frame) {
    const Node& procedure = this->node(node.a);
    auto* made = heap_.make<Partial>(ObjectKind::partial);
    Item result(made);
    for (std::size_t i = 0; i < node.children.size; ++i) {
        const Node& argument = child(node, i);
        const bool open = argument.kind == NodeKind::placeholder;
        made->open.push_back(open);
        made->arguments.push_back(open ? Item() : evaluate(argument, input, frame));
        if (made->arguments.back().is_failed()) return Item::failed();
    }
    made->function = evaluate(procedure, input, frame);
    if (made->function.is_failed()) return Item::failed();
    if (made->function.is_function()) return result;
    const bool dollar_forgotten = made->function.is_undefined() && names_function(procedure);
    return fail(dollar_forgotten ? "T1007" : "T1008", node.position, callee_name(procedure));
}

Item Evaluator::call_partial(const Partial& partial, Item* arguments, std::size_t count,
                             const Item& input, Frame* frame, std::uint32_t position) {
    std::vector<Item> all = partial.arguments;
    std::size_t next = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (partial.open[i] && next < count) all[i] = std::move(arguments[next++]);
    }
    if (!enter(position)) return Item::failed();
    Item result = call(partial.function, all.data(), all.size(), input, frame, position);
    --depth_;
    return result;
}

Item Evaluator::application(const Node& node, const Item& input, Frame* frame) {
    const Item left = evaluate(this->node(node.a), input, frame);
    if (left.is_failed()) return left;
    const Node& right = this->node(node.b);
    if (right.kind == NodeKind::call) return call_expression(right, input, frame, &left);
    const Item function = evaluate(right, input, frame);
    if (function.is_failed()) return function;
    if (!function.is_function()) return fail("T2006", node.position, {}, to_value(function));
    if (left.is_function()) {
        auto* chain = heap_.make<Chain>(ObjectKind::chain);
        chain->first = left;
        chain->second = function;
        return Item(chain);
    }
    Item argument = left;
    return call(function, &argument, 1, Item(), frame, node.position);
}

// --- $eval --------------------------------------------------------------------------------------

// Lambdas of evaluated texts belong to another program, with other variables from outside.
void Evaluator::use_program(const Program* program) {
    program_ = program;
    globals_ = few_globals_.data();
    for (LoadedProgram& loaded : programs_) {
        if (loaded.program == program) globals_ = loaded.globals.data();
    }
}

Item Evaluator::evaluate_text(const Value& text, const Item& input, Frame* frame,
                              std::uint32_t position) {
    std::vector<const Scope*> scopes;
    for (Frame* at = frame; at != nullptr; at = at->parent.get())
        scopes.push_back(at->scope);
    auto compiled = compile_program(text.as_string(), program_->dialect, scopes);
    if (!compiled) return fail("D3120", position, "eval", Value(compiled.error().message));
    if (!enter(position)) return Item::failed();
    const Program* const caller = program_;
    load(**compiled);
    programs_.back().owned = *compiled;
    use_program(programs_.back().program);
    Ref<Frame> own;
    if (program_->root_scope != nullptr) {
        own = make_frame(heap_, *program_->root_scope, frame);
        frame = own.get();
    }
    Item result = evaluate(node(program_->root), input, frame);
    use_program(caller);
    --depth_;
    if (result.is_failed() && error_->code != "U1001") {
        const Value message(error_->message);
        error_.reset();
        return fail("D3121", position, "eval", message);
    }
    return result;
}

void Evaluator::load(const Program& program) {
    LoadedProgram& loaded = programs_.emplace_back();
    loaded.program = &program;
    loaded.globals.resize(program.globals.size());
    for (std::size_t i = 0; i < program.globals.size(); ++i) {
        for (const Binding& binding : bindings_.variables) {
            if (binding.name == program.globals[i].name) loaded.globals[i] = &binding.value;
        }
    }
}

} // namespace gradus::jsonata
