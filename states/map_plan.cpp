#include "states/map_plan.hpp"

#include "gradus/json.hpp"
#include "gradus/limits.hpp"
#include "states/map_fields.hpp"

#include <algorithm>

namespace gradus {
namespace {

const MapState& map_state(const State& state) { return std::get<MapState>(state.detail); }
const DistributedMap& distributed(const State& state) { return *map_state(state).distributed; }

// --- fields --------------------------------------------------------------------------------------

Result<std::uint64_t, Fault>
batch_limit(const DataView& view, const std::optional<NumberField>& field, const Value& input) {
    if (!field) return UINT64_MAX;
    GRADUS_TRY(const std::int64_t number, evaluate_integer(view, *field, input));
    // Not recorded; worded like its neighbours.
    if (number < 1) return range_fault(view, *field, field->name + " must be positive.");
    return static_cast<std::uint64_t>(number);
}

Result<Batching, Fault> batching_of(const DataView& view, const Value& input) {
    const auto& batcher = distributed(view.state()).batcher;
    Batching batching;
    if (!batcher) return batching;
    batching.is_on = true;
    GRADUS_TRY(batching.items_max, batch_limit(view, batcher->items_max, input));
    GRADUS_TRY(batching.bytes_max, batch_limit(view, batcher->bytes_max, input));
    // A batch becomes a child's input, and no input may be larger.
    batching.bytes_max = std::min<std::uint64_t>(batching.bytes_max, limits::payload_bytes_max);
    if (batcher->batch_input) {
        GRADUS_TRY(batching.batch_input, evaluate_payload(view, *batcher->batch_input,
                                                          "ItemBatcher/BatchInput", input, {}));
    }
    return batching;
}

/// Arguments of a reader or writer.
Result<Value, Fault> arguments_of(const DataView& view, const std::optional<Payload>& payload,
                                  const std::string& field, const Value& input) {
    if (!payload) return Value::object();
    const bool is_jsonata = view.state().language == QueryLanguage::jsonata;
    return evaluate_payload(view, *payload, field + (is_jsonata ? "/Arguments" : "/Parameters"),
                            input, {});
}

// --- items ---------------------------------------------------------------------------------------

/// Takes the next item, selected; nothing when none is left of those that were read.
Result<std::optional<Value>, Fault> take_item(const DataView& view, MapRun& run) {
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
    GRADUS_TRY(Value selected, select_item(view, run.input, item.build(), value));
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

bool is_exported(const DistributedMap& map) { return map.writer && !map.writer->resource.empty(); }

Result<MapRunLimits, Fault> map_thresholds(const DataView& view, const Value& input) {
    MapRunLimits limits;
    const MapState& map = map_state(view.state());
    if (const auto& field = map.tolerated_failure_count) {
        GRADUS_TRY(const std::int64_t count, evaluate_integer(view, *field, input));
        if (count < 0)
            return range_fault(view, *field, "ToleratedFailureCount cannot be negative.");
        limits.tolerated_failure_count = static_cast<std::uint64_t>(count);
        limits.has_count = true;
        view.keep(&Inspection::tolerated_failure_count, Value(count));
    }
    if (const auto& field = map.tolerated_failure_percentage) {
        GRADUS_TRY(const double percentage, evaluate_real(view, *field, input));
        if (!(percentage >= 0 && percentage <= 100)) {
            return range_fault(view, *field,
                               "ToleratedFailurePercentage must be between 0 and 100.");
        }
        limits.tolerated_failure_percentage = percentage;
        limits.has_percentage = true;
        view.keep(&Inspection::tolerated_failure_percentage, Value(percentage));
    }
    return limits;
}

Result<std::unique_ptr<MapRun>, Fault> plan_map_run(const DataView& view, Value input,
                                                    std::uint64_t concurrency, const Value& items) {
    const DistributedMap& map = distributed(view.state());
    auto run = std::make_unique<MapRun>();
    GRADUS_TRY(run->record.limits, map_thresholds(view, input));
    run->record.limits.concurrency_max = concurrency;
    GRADUS_TRY(run->batching, batching_of(view, input));
    if (map.reader) {
        run->is_read = false;
        if (const auto& field = map.reader->items_max) {
            GRADUS_TRY(const std::int64_t most, evaluate_integer(view, *field, input));
            // Recorded: only the run fails over this, not the state before it.
            if (most < 0) {
                run->failure = Failure{std::string(errors::item_reader_failed),
                                       "field MaxItems must be positive"};
            }
            if (most > 0) run->items_left = static_cast<std::uint64_t>(most);
        }
        GRADUS_TRY(run->reader_arguments,
                   arguments_of(view, map.reader->arguments, "ItemReader", input));
    } else {
        ItemPage page{.source = "STATE_DATA"};
        if (items.is_array()) {
            page.items = items;
        } else {
            Array keys;
            Array values;
            for (const Member& member : items.as_object()) {
                keys.push_back(member.key);
                values.push_back(member.value);
            }
            page.keys = Value(std::move(keys));
            page.items = Value(std::move(values));
        }
        run->record.items.pending = page.items.size();
        run->pages.push_back(std::move(page));
    }
    if (is_exported(map)) {
        GRADUS_TRY(run->writer_arguments,
                   arguments_of(view, map.writer->arguments, "ResultWriter", input));
    }
    run->input = std::move(input);
    return run;
}

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

Result<std::optional<ChildInput>, Fault> next_child(const DataView& view, MapRun& run) {
    while (true) {
        if (run.batch.size() >= run.batching.items_max) return std::optional(close_batch(run));
        GRADUS_TRY(std::optional<Value> item, take_item(view, run));
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

bool exceeds_thresholds(const MapRunLimits& limits, std::uint64_t failed,
                        std::optional<std::uint64_t> total) {
    if (limits.has_count && failed > limits.tolerated_failure_count) return true;
    return limits.has_percentage && total &&
           static_cast<double>(failed) * 100 >
               limits.tolerated_failure_percentage * static_cast<double>(*total);
}

Failure threshold_failure() { // recorded
    return {std::string(errors::exceed_tolerated_failures),
            "The specified tolerated failure threshold was exceeded"};
}

} // namespace gradus
