// The inputs of a Map Run's children: items one by one, through ItemSelector, or in batches. AWS,
// "ItemSelector (Map)", "ItemBatcher (Map)".
#include "gradus/json.hpp"
#include "states/map_fields.hpp"
#include "states/map_run_parts.hpp"

namespace gradus {
namespace {

/// Takes the next item, selected; nothing when none is left of those that were read.
Result<std::optional<Value>, Fault> take_item(Machine& machine, BranchId id) {
    Branch& at = machine.branch(id);
    MapRun& run = *at.map_run;
    while (!run.pages.empty() && run.taken_of_page == run.pages.front().items.size()) {
        run.pages.pop_front();
        run.taken_of_page = 0;
    }
    if (run.pages.empty()) return std::optional<Value>();
    const ItemPage& page = run.pages.front();
    const std::size_t number = run.taken_of_page++;
    const Value& value = page.items[number];
    ObjectBuilder item(4);
    item.append("Index", run.items_taken++).append("Value", value);
    if (page.keys.is_array()) item.append("Key", page.keys[number]);
    item.append("Source", page.source);
    GRADUS_TRY(Value selected, select_item(machine.data(at), run.input, item.build(), value));
    return std::optional(std::move(selected));
}

Value batch_document(const MapRun& run) {
    ObjectBuilder out(2);
    if (run.batching.batch_input) out.append("BatchInput", *run.batching.batch_input);
    out.append("Items", Value::array(run.batch));
    return out.build();
}

ChildInput close_batch(MapRun& run) {
    ChildInput child{batch_document(run), run.batch.size()};
    run.batch.clear();
    run.batch_bytes = 0;
    return child;
}

/// Bytes of a batch without items: {"BatchInput":…,"Items":[]}.
std::uint64_t empty_batch_bytes(const MapRun& run) {
    constexpr std::uint64_t items = 12;
    constexpr std::uint64_t batch_input = 14;
    return items +
           (run.batching.batch_input ? batch_input + json_size(*run.batching.batch_input) : 0);
}

} // namespace

void add_page(MapRun& run, ItemPage page) {
    std::uint64_t count = page.items.size();
    if (run.items_left && count >= *run.items_left) { // MaxItems: the rest isn't wanted
        count = *run.items_left;
        page.items = Value::array(page.items.as_array().first(count));
        page.next = Value();
    }
    if (run.items_left) *run.items_left -= count;
    run.record.items.pending += count;
    run.next_page = page.next;
    run.is_read = page.next.is_null();
    if (count > 0) run.pages.push_back(std::move(page));
}

Result<std::optional<ChildInput>, Fault> next_child(Machine& machine, BranchId id) {
    MapRun& run = *machine.branch(id).map_run;
    while (true) {
        if (run.batch.size() >= run.batching.items_max) return std::optional(close_batch(run));
        GRADUS_TRY(std::optional<Value> item, take_item(machine, id));
        if (!item) {
            if (run.is_read && !run.batch.empty()) return std::optional(close_batch(run));
            return std::optional<ChildInput>();
        }
        if (!run.batching.is_on) return std::optional(ChildInput{std::move(*item)});
        const std::uint64_t bytes = json_size(*item) + 1; // and its comma
        std::optional<ChildInput> closed;
        if (!run.batch.empty() &&
            empty_batch_bytes(run) + run.batch_bytes + bytes - 1 > run.batching.bytes_max) {
            closed = close_batch(run);
        }
        run.batch.push_back(std::move(*item));
        run.batch_bytes += bytes;
        if (closed) return closed;
    }
}

} // namespace gradus
