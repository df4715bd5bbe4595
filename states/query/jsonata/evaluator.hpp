#pragma once
// Walks the nodes of a Program. One Evaluator serves one evaluation. A failure is kept here and
// travels as a `failed` Item, so that results stay small.

#include "states/query/jsonata/function.hpp"
#include "states/query/jsonata/jsonata.hpp"
#include "states/query/jsonata/program.hpp"

#include <array>
#include <list>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace gradus::jsonata {

class Evaluator {
public:
    Evaluator(const Program& program, const Bindings& bindings, const Limits& limits);
    Evaluator(const Evaluator&) = delete;
    Evaluator& operator=(const Evaluator&) = delete;

    Result<Outcome, Error> run();

    // --- for functions ---

    Heap& heap() { return heap_; }
    const Program& program() const { return *program_; }
    const Bindings& bindings() const { return bindings_; }
    /// Calls any function with arguments that are used up.
    Item call(const Item& function, Item* arguments, std::size_t count, const Item& input,
              Frame* frame, std::uint32_t position);
    /// The parameters a function declares, for those that pass it as many as it wants.
    std::size_t arity(const Item& function) const;
    Item evaluate_text(const Value& text, const Item& input, Frame* frame, std::uint32_t position);

    Item fail(std::string_view code, std::uint32_t position, std::string_view token = {},
              Value value = {}, const Value& other = {});
    Item fail(Error error);
    Item fail_with(std::string_view code, std::string message, std::uint32_t position);
    Item out_of(std::string_view what);
    const Error& error() const { return *error_; }

    /// Each counts against a limit; false (and a failure noted) when it is crossed.
    bool take_steps(std::uint64_t count = 1) {
        steps_ += count;
        return steps_ <= limits_.steps_max || exhausted("Expression evaluation timeout: Check for "
                                                        "infinite loop");
    }
    bool take_elements(std::uint64_t count) {
        elements_ += count;
        return elements_ <= limits_.elements_max || exhausted("Too many array elements were made");
    }
    bool take_text(std::uint64_t bytes) {
        text_bytes_ += bytes;
        return text_bytes_ <= limits_.text_bytes_max || exhausted("Too much text was made");
    }
    /// Whether something nested so deep may be made.
    bool allow_depth(std::uint32_t depth);

    Item text(std::string text) {
        if (!take_text(text.size())) return Item::failed();
        return Item(Value(text));
    }
    /// What draws are taken from: the caller's generator, else one that begins anew each time.
    Random& random() { return bindings_.random != nullptr ? *bindings_.random : own_random_; }
    /// An object of members, which must have different names; undefined ones are left out.
    Item make_object(std::vector<std::pair<Value, Item>> members);
    /// The array of the collected values.
    Item array(Array values);
    /// A new array or object, unless it nests too deep.
    Item made(Value value);
    /// The result of arithmetic. It may be infinite or not a number on the way, as in JavaScript,
    /// and is refused (D1001) by whatever uses it as a number and as the outcome.
    Item number(double number);
    /// Whether there is such a number in it; cheap while none has been made.
    bool is_out_of_range(const Item& item) const;

    static bool truth(const Item& item);
    static bool equal(const Item& a, const Item& b);

private:
    struct Pending {
        Item function;
        std::vector<Item> arguments;
        std::uint32_t position = 0;
    };
    /// A program with the values of its variables from outside; null ones aren't given.
    struct LoadedProgram {
        const Program* program = nullptr;
        std::shared_ptr<const Program> owned;
        std::vector<const Value*> globals;
    };
    struct Arguments;
    struct GroupEntry;
    class StepCollector;

    const Node& node(Index index) const { return program_->nodes[index]; }
    const Node& child(const Node& parent, std::size_t i) const {
        return program_->nodes[program_->links[parent.children.first + i]];
    }

    // evaluate.cpp
    Item evaluate(const Node& node, const Item& input, Frame* frame);
    Item evaluate_inner(const Node& node, const Item& input, Frame* frame);
    Item finished(const Node& node, Item result, const Item& input, Frame* frame);
    Item variable(const Node& node, Frame* frame);
    const Item* slot(const Node& node, Frame* frame) const;
    const Value* walk(const Node& node, const Item& input, Frame* frame, bool& found) const;
    Item condition(const Node& node, const Item& input, Frame* frame);
    Item coalesce(const Node& node, const Item& input, Frame* frame);
    Item block(const Node& node, const Item& input, Frame* frame);
    Item bind(const Node& node, const Item& input, Frame* frame);
    Item array_constructor(const Node& node, const Item& input, Frame* frame);
    Item object_constructor(const Node& node, const Item& input, Frame* frame);
    Item pairs_of_one(const Node& node, const Item& input, Frame* frame);
    Item range(const Node& node, const Item& input, Frame* frame);

    // operators.cpp
    const Value* operand(const Node& node, const Item& input, Frame* frame, Item& storage);
    bool operands(const Node& node, const Item& input, Frame* frame, Item& left, Item& right,
                  const Value*& left_value, const Value*& right_value);
    Item arithmetic(const Node& node, const Item& input, Frame* frame);
    Item comparison(const Node& node, const Item& input, Frame* frame);
    Item equality(const Node& node, const Item& input, Frame* frame);
    Item concatenation(const Node& node, const Item& input, Frame* frame);
    bool append_parts(const Node& node, const Item& input, Frame* frame, std::string& out);
    Item logical(const Node& node, const Item& input, Frame* frame);
    Item containment(const Node& node, const Item& input, Frame* frame);
    Item negation(const Node& node, const Item& input, Frame* frame);

    // path.cpp
    Item path(const Node& node, const Item& input, Frame* frame);
    Item path_steps(const Node& node, std::size_t from, Item current, const Item& input,
                    Frame* frame);
    Item step(const Node& step, const Item& input, bool whole, bool last, Frame* frame);
    bool step_of_one(const Node& step, const Item& element, Frame* frame, StepCollector& results);
    Item name(const Node& node, const Item& input);
    void look_up(const Value& value, std::string_view name, Collector& out);
    Item wildcard(const Item& input);
    Item descendants(const Item& input);
    bool descend(const Item& item, Collector& out);
    bool flatten(const Item& item, Collector& out);
    Item filter(const Node& predicate, const Item& input, Frame* frame);
    enum class Chosen { no, yes, failed };
    Chosen chooses(const Item& result, std::size_t index, std::size_t size);
    Item sorted(const Node& node, const Item& input, Frame* frame);
    int keys_must_swap(const Node& step, std::span<const Item> a, std::span<const Item> b);
    Item group(const Node& node, const Item& input, Frame* frame);

    // tuples.cpp
    Item tuple_step(const Node& path, const Node& step, Item stream, const Item& input,
                    Frame* frame);
    Item tuple_stages(const Node& step, Item stream);
    Item tuple_sort(const Node& step, const Item& input, Frame* frame, const Scope& scope);
    Item tuple_filter(const Node& predicate, const Item& stream);
    Item group_tuples(const Node& node, const Item& stream, const Scope& scope, Frame* frame);
    Ref<Frame> copy_frame(Frame& frame);

    // apply.cpp
    Item call_expression(const Node& node, const Item& input, Frame* frame, const Item* first);
    Item call_builtin(const BuiltinEntry& entry, Item* arguments, std::size_t count,
                      std::size_t capacity, const Item& input, Frame* frame,
                      std::uint32_t position);
    Item call_lambda(Ref<Lambda> lambda, Item* arguments, std::size_t count, const Item& input,
                     std::uint32_t position);
    Item call_partial(const Partial& partial, Item* arguments, std::size_t count, const Item& input,
                      Frame* frame, std::uint32_t position);
    Item call_regex(const Item& function, Item* arguments, std::size_t count);
    bool evaluate_arguments(const Node& node, const Item& input, Frame* frame, Arguments& out);
    bool validate(const Signature& signature, std::string_view name, std::vector<Item>& arguments,
                  const Item& input, std::uint32_t position, bool wrap_arrays);
    Item wrong_argument(const Signature& signature, std::string_view name, const Item* arguments,
                        std::size_t count, std::uint32_t position);
    bool check_members(const Parameter& parameter, const Item& argument, std::string_view name,
                       std::size_t index, std::uint32_t position);
    Item partial_application(const Node& node, const Item& input, Frame* frame);
    Item application(const Node& node, const Item& input, Frame* frame);
    Item lambda(const Node& node, const Item& input, Frame* frame);
    void blame(const Node& procedure, std::uint32_t position);
    std::string_view callee_name(const Node& procedure) const;
    bool names_function(const Node& procedure) const;
    Item transform(const Lambda& lambda, const Item& subject);

    void use_program(const Program* program);
    void load(const Program& program);

    bool enter(std::uint32_t position);
    bool exhausted(std::string_view message);

    const Program* program_;
    const Bindings& bindings_;
    const Limits& limits_;
    Heap heap_;
    Random own_random_;
    std::array<const Value*, 8> few_globals_{};
    const Value** globals_ = few_globals_.data();
    std::list<LoadedProgram> programs_; // those of $eval, and the first when it has many variables
    std::uint64_t steps_ = 0;
    std::uint64_t elements_ = 0;
    std::uint64_t text_bytes_ = 0;
    std::uint32_t depth_ = 0;
    bool made_infinite_ = false;
    const char* stack_start_ = nullptr;
    std::unique_ptr<Error> error_;
    std::unique_ptr<Pending> pending_;
};

/// JSON text of an item as $string gives it: numbers with 15 significant digits.
std::string string_of(const Item& item, bool pretty = false);
void append_string_of(std::string& out, const Item& item);
/// -1, 0, 1: strings by UTF-16 code units, as JavaScript compares them.
int compare_text(std::string_view a, std::string_view b);
/// Puts items in order, keeping that of equal ones. `precedes(a, b)` says whether b must go before
/// a; it may note a failure, then the order is any and false is returned.
template <class T, class Swap>
bool merge_sort(std::vector<T>& items, std::vector<T>& spare, std::size_t from, std::size_t to,
                Swap& must_swap) {
    if (to - from < 2) return true;
    const std::size_t middle = from + (to - from) / 2;
    if (!merge_sort(items, spare, from, middle, must_swap)) return false;
    if (!merge_sort(items, spare, middle, to, must_swap)) return false;
    std::size_t left = from;
    std::size_t right = middle;
    for (std::size_t out = from; out < to; ++out) {
        if (left < middle && right < to) {
            const int swap = must_swap(items[left], items[right]);
            if (swap < 0) return false;
            spare[out] = std::move(items[swap > 0 ? right++ : left++]);
        } else {
            spare[out] = std::move(items[left < middle ? left++ : right++]);
        }
    }
    for (std::size_t i = from; i < to; ++i)
        items[i] = std::move(spare[i]);
    return true;
}

} // namespace gradus::jsonata
