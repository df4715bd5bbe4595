#include "states/item_pages.hpp"

#include "gradus/json.hpp"
#include "gradus/limits.hpp"
#include "states/csv.hpp"
#include "states/data_flow.hpp"
#include "states/json_scanner.hpp"

namespace gradus {
namespace {

using Page = Result<std::optional<ItemPage>, Failure>;

Failure reader_failure(std::string cause) {
    return {std::string(errors::item_reader_failed), std::move(cause)};
}

/// `from` moved on by so many bytes.
Value moved(const Value& from, std::uint64_t bytes) {
    const Value next = from.is_object() ? from : Value::object();
    return next.with("Offset", offset_of(from) + bytes);
}

// --- JSON ----------------------------------------------------------------------------------------

/// Moves to the array or object that ItemsPointer names.
Scan find_items(JsonScanner& scanner, const std::string& pointer) {
    std::size_t at = 0;
    while (at < pointer.size()) {
        const std::size_t end = std::min(pointer.find('/', at + 1), pointer.size());
        std::string token;
        for (std::size_t i = at + 1; i < end; ++i) {
            const bool is_escape = pointer[i] == '~' && i + 1 < end;
            token += is_escape ? (pointer[i + 1] == '1' ? '/' : '~') : pointer[i];
            if (is_escape) ++i;
        }
        const Scan found = scanner.enter_child(token);
        if (found != Scan::done) return found;
        at = end;
    }
    return scanner.enter();
}

Failure not_iterable() { return reader_failure("Attempting to map over non-iterable node."); }

/// The elements, or members, from here on.
Page read_elements(JsonScanner scanner, const Value& from, ObjectBytes object) {
    const bool is_object = from["In"] == Value("object");
    Array items;
    Array keys;
    std::size_t consumed = scanner.position();
    bool is_over = false;
    while (true) {
        std::string_view key;
        std::string_view text;
        const Scan scan = is_object ? scanner.next_member(key, text) : scanner.next_element(text);
        if (scan == Scan::end) is_over = true;
        if (scan == Scan::end) break;
        if (scan == Scan::more && !object.is_last) break;
        auto item = scan == Scan::done ? parse_json(text) : Result<Value, JsonError>(JsonError{});
        if (!item) {
            return reader_failure("The JSON document is not valid near byte " +
                                  std::to_string(offset_of(from) + consumed));
        }
        if (is_object) {
            auto name = parse_json(key);
            if (!name) return reader_failure("The JSON document has a name that is not valid");
            keys.push_back(std::move(*name));
        }
        items.push_back(std::move(*item));
        consumed = scanner.position();
    }
    if (items.empty() && !is_over) return std::optional<ItemPage>();
    ItemPage page;
    page.items = Value(std::move(items));
    if (is_object) page.keys = Value(std::move(keys));
    if (!is_over) page.next = moved(from, consumed);
    return std::optional(std::move(page));
}

Page read_json(const ItemSource& source, const Value& from, ObjectBytes object) {
    JsonScanner scanner(object.bytes);
    if (!from.is_null()) return read_elements(scanner, from, object);
    const Scan scan = find_items(scanner, source.items_pointer);
    if (scan == Scan::more && !object.is_last) {
        // AWS, "ItemsPointer": what it names must begin in the first 16 MB.
        if (object.bytes.size() < limits::items_pointer_bytes_max) return std::optional<ItemPage>();
        return reader_failure("ItemsPointer '" + source.items_pointer +
                              "' names nothing in the first 16 MB of the object");
    }
    if (scan == Scan::more) return reader_failure("The JSON document ends too early");
    if (scan == Scan::end && !source.items_pointer.empty()) {
        return reader_failure("ItemsPointer '" + source.items_pointer +
                              "' names nothing in the object");
    }
    if (scan == Scan::end || scan == Scan::invalid) return not_iterable();
    // Recorded: a document that is an object can't be gone over. One inside it can (AWS,
    // "ItemsPointer").
    const bool is_object = scanner.is_in_object();
    if (is_object && source.items_pointer.empty()) return not_iterable();
    const Value start = Value::object({{"Offset", 0}, {"In", is_object ? "object" : "array"}});
    auto page = read_elements(scanner, start, object);
    if (page && !*page && !object.is_last) {
        // Its begin is found once, so that it isn't looked for again.
        ItemPage empty;
        empty.next = moved(start, scanner.position());
        return std::optional(std::move(empty));
    }
    return page;
}

// --- JSON Lines ----------------------------------------------------------------------------------

Page read_lines(const Value& from, ObjectBytes object) {
    Array items;
    std::size_t consumed = 0;
    while (consumed < object.bytes.size()) {
        std::size_t end = object.bytes.find('\n', consumed);
        if (end == std::string_view::npos && !object.is_last) break;
        end = std::min(end, object.bytes.size());
        const std::string_view line = object.bytes.substr(consumed, end - consumed);
        if (line.find_first_not_of(" \t\r") != std::string_view::npos) {
            auto item = parse_json(line);
            if (!item) {
                return reader_failure("The line at byte " +
                                      std::to_string(offset_of(from) + consumed) +
                                      " is not valid JSON: " + item.error().message);
            }
            items.push_back(std::move(*item));
        }
        consumed = std::min(end + 1, object.bytes.size());
    }
    const bool is_over = object.is_last && consumed == object.bytes.size();
    if (items.empty() && consumed == 0 && !is_over) return std::optional<ItemPage>();
    ItemPage page;
    page.items = Value(std::move(items));
    if (!is_over) page.next = moved(from, consumed);
    return std::optional(std::move(page));
}

// --- CSV -----------------------------------------------------------------------------------------

bool has_repeated(const std::vector<std::string>& headers) {
    for (std::size_t i = 0; i < headers.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (headers[i] == headers[j]) return true;
        }
    }
    return false;
}

/// Recorded: every value is a string; missing cells are empty, surplus ones are dropped.
Value row_object(const Value& headers, const std::vector<std::string>& cells) {
    ObjectBuilder row(headers.size());
    for (std::size_t i = 0; i < headers.size(); ++i)
        row.append(headers[i], i < cells.size() ? Value(cells[i]) : Value(""));
    return row.build();
}

Value header_list(const std::vector<std::string>& headers) {
    Array list;
    for (const std::string& header : headers)
        list.emplace_back(header);
    return Value(std::move(list));
}

Page read_csv(const ItemSource& source, const Value& from, ObjectBytes object) {
    CsvReader reader(object.bytes, source.delimiter, object.is_last);
    Value headers = from["Headers"];
    if (headers.is_null()) {
        std::vector<std::string> names = source.headers;
        if (source.has_header_row) {
            auto row = reader.next_row();
            const std::size_t bytes = row ? reader.position() : object.bytes.size();
            if (bytes > limits::csv_header_bytes_max)
                return reader_failure("The CSV header is longer than 10 KiB"); // our words
            if (!row && !object.is_last) return std::optional<ItemPage>();
            if (row) names = std::move(*row);
        }
        if (has_repeated(names))
            return reader_failure("CSV headers cannot contain duplicates."); // recorded
        headers = header_list(names);
    }
    Array items;
    while (auto row = reader.next_row())
        items.push_back(row_object(headers, *row));
    const std::size_t consumed = reader.position();
    const bool is_over = object.is_last;
    if (items.empty() && consumed == 0 && !is_over) return std::optional<ItemPage>();
    ItemPage page;
    page.items = Value(std::move(items));
    if (!is_over) page.next = moved(from, consumed).with("Headers", headers);
    return std::optional(std::move(page));
}

} // namespace

std::uint64_t offset_of(const Value& next) {
    std::int64_t offset = 0;
    const bool is_there = next["Offset"].to_integer(offset);
    return is_there && offset > 0 ? static_cast<std::uint64_t>(offset) : 0;
}

std::string source_name(const Value& arguments) {
    const Value& bucket = arguments["Bucket"];
    const Value& key = arguments["Key"];
    std::string source = "S3://" + (bucket.is_string() ? std::string(bucket.as_string()) : "");
    if (key.is_string()) source += "/" + std::string(key.as_string());
    return source;
}

Result<std::optional<ItemPage>, Failure> read_page(const ItemSource& source, ItemFormat format,
                                                   const Value& from, ObjectBytes object) {
    switch (format) {
    case ItemFormat::json: return read_json(source, from, object);
    case ItemFormat::jsonl: return read_lines(from, object);
    case ItemFormat::csv: return read_csv(source, from, object);
    case ItemFormat::object_list: break;
    }
    return reader_failure("An object list has no bytes to read");
}

} // namespace gradus
