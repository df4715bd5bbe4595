#include "aws/protocol/event_stream.hpp"

#include "aws/protocol/cbor.hpp"
#include "aws/protocol/json.hpp"
#include "aws/protocol/rest.hpp"
#include "aws/protocol/xml.hpp"

#include "gradus/json.hpp"
#include "states/base/base.hpp"

#include <algorithm>
#include <array>

namespace gradus::aws {

namespace {

constexpr std::size_t prelude_bytes = 12; // two lengths and their checksum
constexpr std::size_t checksum_bytes = 4;
constexpr std::size_t header_block_bytes_max = 131'072;     // Amazon Event Stream Specification
constexpr std::size_t message_bytes_max = 24 * 1024 * 1024; // the same

// ITU-T V.42, reflected, as in gzip.
constexpr std::array<std::uint32_t, 256> crc_table = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < table.size(); ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit)
            value = (value & 1U) != 0 ? value >> 1U ^ 0xEDB88320U : value >> 1U;
        table[i] = value;
    }
    return table;
}();

std::uint32_t crc32(std::string_view bytes) {
    std::uint32_t crc = 0xFFFFFFFFU;
    for (const char c : bytes)
        crc = crc_table[(crc ^ static_cast<unsigned char>(c)) & 0xFFU] ^ crc >> 8U;
    return ~crc;
}

std::uint64_t big_endian(std::string_view bytes) {
    std::uint64_t out = 0;
    for (const char c : bytes)
        out = out << 8U | static_cast<unsigned char>(c);
    return out;
}

Value bytes_value(std::string_view bytes) {
    return is_valid_utf8(bytes) ? Value(bytes) : Value(base64_encode(bytes));
}

// Milliseconds to epoch seconds.
Value time_value(std::int64_t milliseconds) {
    if (milliseconds % 1'000 == 0) return milliseconds / 1'000;
    return static_cast<double>(milliseconds) / 1'000;
}

class HeaderReader {
public:
    explicit HeaderReader(std::string_view block) : rest_(block) {}

    std::optional<std::vector<EventMessage::Header>> run() {
        std::vector<EventMessage::Header> out;
        while (!rest_.empty()) {
            const std::optional<std::string_view> name = sized(1);
            const std::optional<std::string_view> type = take(1);
            if (!name || !type) return std::nullopt;
            std::optional<Value> value = value_of((*type)[0]);
            if (!value) return std::nullopt;
            out.push_back({std::string(*name), std::move(*value)});
        }
        return out;
    }

private:
    std::optional<std::string_view> take(std::size_t size) {
        if (rest_.size() < size) return std::nullopt;
        const std::string_view out = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return out;
    }

    // Bytes behind their number, which has `width` bytes.
    std::optional<std::string_view> sized(std::size_t width) {
        const std::optional<std::string_view> size = take(width);
        return size ? take(static_cast<std::size_t>(big_endian(*size))) : std::nullopt;
    }

    std::optional<std::int64_t> integer(std::size_t width) {
        const std::optional<std::string_view> bytes = take(width);
        if (!bytes) return std::nullopt;
        const std::uint64_t raw = big_endian(*bytes);
        const auto unused = static_cast<unsigned>(64 - 8 * width);
        return static_cast<std::int64_t>(raw << unused) >> unused; // with its sign
    }

    std::optional<Value> value_of(char type) {
        const auto number = [this](std::size_t width) -> std::optional<Value> {
            const std::optional<std::int64_t> found = integer(width);
            return found ? std::optional(Value(*found)) : std::nullopt;
        };
        const auto bytes = [](std::optional<std::string_view> found) -> std::optional<Value> {
            return found ? std::optional(bytes_value(*found)) : std::nullopt;
        };
        switch (type) {
        case 0: return Value(true);
        case 1: return Value(false);
        case 2: return number(1);
        case 3: return number(2);
        case 4: return number(4);
        case 5: return number(8);
        case 6:
        case 7: return bytes(sized(2));
        case 8: {
            const std::optional<std::int64_t> milliseconds = integer(8);
            return milliseconds ? std::optional(time_value(*milliseconds)) : std::nullopt;
        }
        case 9: return bytes(take(16)); // a UUID
        default: return std::nullopt;
        }
    }

    std::string_view rest_;
};

Result<Value> read_document(Protocol protocol, const ShapeRef& ref, std::string_view body) {
    if (protocol == Protocol::smithy_rpc_v2_cbor) return from_cbor_body(ref, body);
    const bool is_xml =
        protocol == Protocol::rest_xml || protocol == Protocol::query || protocol == Protocol::ec2;
    if (is_xml) return read_xml_document(ref, body);
    const Result<Value, JsonError> parsed = parse_json(body);
    if (!parsed) return Error{ErrorCode::syntax, "not JSON: " + parsed.error().message};
    return from_json_body(ref, *parsed);
}

ShapeRef ref_to(const Shape& shape) {
    ShapeRef ref;
    ref.shape = &shape;
    return ref;
}

// Members that stand in headers have their names there. The rest is one of three: the bytes of a
// blob or a text, as the content type says; a document of members; a document that is the one
// member left. The model's traits would tell the last two apart, and so does what the document has.
Result<Value> read_event(Protocol protocol, const Shape& shape, const EventMessage& message) {
    ObjectBuilder out;
    std::vector<const StructureMember*> left;
    for (const StructureMember& member : shape.members) {
        const auto header =
            std::find_if(message.headers.begin(), message.headers.end(),
                         [&](const auto& each) { return each.name == member.wire_name(); });
        if (header != message.headers.end())
            out.put(std::string_view(member.name), header->value);
        else
            left.push_back(&member);
    }
    if (message.payload.empty() || left.empty()) return out.build();
    const std::string type = message.text(":content-type");
    if (type == "application/octet-stream" || type == "text/plain") {
        const auto raw = std::find_if(left.begin(), left.end(), [](const StructureMember* member) {
            const ShapeType kind = member->ref.shape->type;
            return kind == ShapeType::blob || kind == ShapeType::string;
        });
        if (raw != left.end())
            out.put(std::string_view((*raw)->name), bytes_value(message.payload));
        return out.build();
    }
    GRADUS_TRY(const Value members, read_document(protocol, ref_to(shape), message.payload));
    if (members.size() > 0 || left.size() != 1) {
        if (members.is_object())
            for (const Member& member : members.as_object())
                out.put(member.key, member.value);
        return out.build();
    }
    GRADUS_TRY(Value payload, read_document(protocol, left.front()->ref, message.payload));
    out.put(std::string_view(left.front()->name), std::move(payload));
    return out.build();
}

ServiceError malformed(std::string message, const HttpResponse& response) {
    ServiceError out;
    out.code = "MalformedResponse";
    out.message = std::move(message);
    out.http_status = response.status;
    out.fault = ServiceError::Fault::receiver;
    return out;
}

// An exception that the model knows, or an error of the stream itself.
ServiceError error_of(Protocol protocol, const Shape& stream, const EventMessage& message,
                      const HttpResponse& response) {
    ServiceError out;
    out.http_status = response.status;
    out.code = message.text(":exception-type");
    if (out.code.empty()) {
        out.code = message.text(":error-code");
        out.message = message.text(":error-message");
        return out;
    }
    out.shape = out.code;
    if (const StructureMember* member = stream.find_member(out.code)) {
        out.shape = member->ref.shape->name;
        if (Result<Value> detail = read_event(protocol, *member->ref.shape, message))
            out.detail = std::move(*detail);
    }
    for (const std::string_view name : {"message", "Message"})
        if (const Value& text = out.detail[name]; text.is_string()) out.message = text.as_string();
    return out;
}

} // namespace

std::string EventMessage::text(std::string_view name) const {
    for (const Header& header : headers)
        if (header.name == name && header.value.is_string())
            return std::string(header.value.as_string());
    return "";
}

Result<std::vector<EventMessage>> read_event_messages(std::string_view body) {
    std::vector<EventMessage> out;
    std::size_t at = 0;
    const auto fault = [&at](std::string_view what) {
        return Error{ErrorCode::syntax, "not an event stream: expected " + std::string(what) +
                                            " in the message at byte " + std::to_string(at)};
    };
    while (at < body.size()) {
        const std::string_view rest = body.substr(at);
        if (rest.size() < prelude_bytes) return fault("a prelude");
        const auto total = static_cast<std::size_t>(big_endian(rest.substr(0, 4)));
        const auto headers = static_cast<std::size_t>(big_endian(rest.substr(4, 4)));
        if (big_endian(rest.substr(8, 4)) != crc32(rest.substr(0, 8)))
            return fault("another checksum of its lengths");
        const bool fits = total <= rest.size() && total <= message_bytes_max &&
                          headers <= header_block_bytes_max &&
                          total >= prelude_bytes + headers + checksum_bytes;
        if (!fits) return fault("lengths that fit");
        const std::string_view message = rest.substr(0, total);
        const std::size_t end = total - checksum_bytes;
        if (big_endian(message.substr(end)) != crc32(message.substr(0, end)))
            return fault("another checksum");
        EventMessage read;
        std::optional<std::vector<EventMessage::Header>> block =
            HeaderReader(message.substr(prelude_bytes, headers)).run();
        if (!block) return fault("headers");
        read.headers = std::move(*block);
        read.payload = message.substr(prelude_bytes + headers, end - prelude_bytes - headers);
        out.push_back(std::move(read));
        at += total;
    }
    return out;
}

const StructureMember* event_stream_of(const ShapeRef& ref) {
    if (ref.shape == nullptr) return nullptr;
    for (const StructureMember& member : ref.shape->members)
        if (member.ref.shape->is_event_stream) return &member;
    return nullptr;
}

Result<Value, ServiceError> read_event_stream(const ServiceModel& model, const Operation& operation,
                                              const StructureMember& stream,
                                              const HttpResponse& response) {
    const Protocol protocol = model.metadata().protocol;
    const Result<std::vector<EventMessage>> messages = read_event_messages(response.body);
    if (!messages) return malformed(messages.error().message, response);
    ObjectBuilder out;
    if (protocol == Protocol::rest_json || protocol == Protocol::rest_xml) {
        const Result<void> read = read_rest_headers(*operation.output.shape, MessageKind::response,
                                                    response.headers, out);
        if (!read) return malformed(read.error().message, response);
    }
    Array events;
    for (const EventMessage& message : *messages) {
        const std::string kind = message.text(":message-type");
        if (kind == "exception" || kind == "error")
            return error_of(protocol, *stream.ref.shape, message, response);
        const std::string name = message.text(":event-type");
        const bool is_initial = name == "initial-response";
        // Events that the model doesn't know are from a newer one.
        const StructureMember* event = stream.ref.shape->find_member(name);
        if (!is_initial && event == nullptr) continue;
        Result<Value> value = is_initial
                                  ? read_document(protocol, operation.output, message.payload)
                                  : read_event(protocol, *event->ref.shape, message);
        if (!value) return malformed(name + ": " + value.error().message, response);
        if (!is_initial) {
            events.push_back(Value::object({{event->name, std::move(*value)}}));
            continue;
        }
        if (value->is_object())
            for (const Member& member : value->as_object())
                out.put(member.key, member.value);
    }
    out.put(std::string_view(stream.name), Value(std::move(events)));
    return out.build();
}

} // namespace gradus::aws
