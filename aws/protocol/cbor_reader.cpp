#include "aws/protocol/cbor.hpp"

#include "aws/protocol/scalars.hpp"

#include "states/base/base.hpp"

#include <bit>
#include <cmath>
#include <limits>
#include <optional>

namespace gradus::aws {

namespace {

// RFC 8949, section 3: the low five bits of an item's first byte.
constexpr unsigned info_one_byte = 24;
constexpr unsigned info_eight_bytes = 27;
constexpr unsigned info_indefinite = 31;

struct Head {
    unsigned major = 0;
    unsigned info = 0;
    std::uint64_t argument = 0;

    bool is_indefinite() const { return info == info_indefinite; }
};

// A double as JSON can say it.
Value real_value(double number) {
    if (std::isnan(number)) return "NaN";
    if (std::isinf(number)) return number > 0 ? "Infinity" : "-Infinity";
    return number;
}

// RFC 8949, appendix D: 1 bit of sign, 5 of exponent, 10 of fraction.
double half_precision(std::uint64_t bits) {
    const auto exponent = static_cast<int>((bits >> 10U) & 0x1FU);
    const auto fraction = static_cast<int>(bits & 0x3FFU);
    double magnitude = std::ldexp(fraction + 1024, exponent - 25);
    if (exponent == 0) magnitude = std::ldexp(fraction, -24);
    if (exponent == 31)
        magnitude = fraction == 0 ? std::numeric_limits<double>::infinity()
                                  : std::numeric_limits<double>::quiet_NaN();
    return (bits & 0x8000U) != 0 ? -magnitude : magnitude;
}

Value positive_value(std::uint64_t argument) {
    if (std::in_range<std::int64_t>(argument)) return static_cast<std::int64_t>(argument);
    return Value::number(std::to_string(argument));
}

Value negative_value(std::uint64_t argument) {
    if (std::in_range<std::int64_t>(argument)) return -1 - static_cast<std::int64_t>(argument);
    if (argument == std::numeric_limits<std::uint64_t>::max())
        return Value::number("-18446744073709551616");
    return Value::number("-" + std::to_string(argument + 1));
}

class Reader {
public:
    explicit Reader(std::string_view body) : body_(body) {}

    /// The one item of a body; `shape` is null when there is no model for it.
    Result<Value> read_all(const Shape* shape) {
        GRADUS_TRY(Value value, read(shape, 0));
        if (at_ != body_.size()) return fault("expected the end");
        return value;
    }

private:
    Error fault(std::string what) const {
        return {ErrorCode::syntax,
                "not CBOR: " + std::move(what) + " at byte " + std::to_string(at_)};
    }

    Result<Head> read_head() {
        if (at_ == body_.size()) return fault("expected an item, found the end");
        const unsigned first = static_cast<unsigned char>(body_[at_]);
        Head head{first >> 5U, first & 0x1FU, first & 0x1FU};
        const bool has_no_end = head.major == 0 || head.major == 1 || head.major == 6;
        if (head.info > info_eight_bytes && (!head.is_indefinite() || has_no_end))
            return fault("expected the size of an item");
        ++at_;
        if (head.info < info_one_byte || head.is_indefinite()) return head;
        const std::size_t width = std::size_t{1} << (head.info - info_one_byte);
        if (body_.size() - at_ < width)
            return fault("expected " + std::to_string(width) + " bytes");
        head.argument = 0;
        for (std::size_t i = 0; i < width; ++i)
            head.argument = head.argument << 8U | static_cast<unsigned char>(body_[at_++]);
        return head;
    }

    bool take_break() {
        if (at_ == body_.size() || body_[at_] != '\xFF') return false;
        ++at_;
        return true;
    }

    Result<Value> read(const Shape* shape, std::size_t depth) {
        if (depth > protocol_depth_max)
            return Error{ErrorCode::limit,
                         "nested deeper than " + std::to_string(protocol_depth_max)};
        GRADUS_TRY(Head head, read_head());
        // Tags say what a value means, which the model knows.
        while (head.major == 6) {
            GRADUS_TRY(head, read_head());
        }
        switch (head.major) {
        case 0: return positive_value(head.argument);
        case 1: return negative_value(head.argument);
        case 2: return read_blob(head, shape);
        case 3: return read_text(head);
        case 4: return read_array(head, shape, depth);
        case 5: return read_map(head, shape, depth);
        default: return read_simple(head, shape);
        }
    }

    Result<Value> read_simple(const Head& head, const Shape* shape) const {
        switch (head.info) {
        case 20: return Value(false);
        case 21: return Value(true);
        case 22:
        case 23: return Value(); // null and undefined
        case 25: return number_for(shape, half_precision(head.argument));
        case 26:
            return number_for(shape, static_cast<double>(std::bit_cast<float>(
                                         static_cast<std::uint32_t>(head.argument))));
        case 27: return number_for(shape, std::bit_cast<double>(head.argument));
        default: return fault("expected a value, found a simple value that has no meaning");
        }
    }

    // Whole seconds are integers, as in every other protocol.
    static Value number_for(const Shape* shape, double number) {
        constexpr double exact_max = 9007199254740992.0; // 2 to the 53rd
        const bool is_whole = std::trunc(number) == number && std::abs(number) <= exact_max;
        if (shape != nullptr && shape->type == ShapeType::timestamp && is_whole)
            return static_cast<std::int64_t>(number);
        return real_value(number);
    }

    Result<std::string> read_string(const Head& head) {
        if (!head.is_indefinite()) {
            GRADUS_TRY(const std::string_view bytes, take(head.argument));
            return std::string(bytes);
        }
        std::string out;
        while (!take_break()) {
            GRADUS_TRY(const Head chunk, read_head());
            if (chunk.major != head.major || chunk.is_indefinite())
                return fault("expected a piece of the string");
            GRADUS_TRY(const std::string_view bytes, take(chunk.argument));
            out += bytes;
        }
        return out;
    }

    Result<std::string_view> take(std::uint64_t bytes) {
        if (bytes > body_.size() - at_)
            return fault("expected " + std::to_string(bytes) + " more bytes");
        const std::string_view out = body_.substr(at_, static_cast<std::size_t>(bytes));
        at_ += out.size();
        return out;
    }

    Result<Value> read_blob(const Head& head, const Shape* shape) {
        GRADUS_TRY(const std::string bytes, read_string(head));
        if (shape != nullptr && shape->type != ShapeType::blob)
            return Error{ErrorCode::invalid_argument, "expected no bytes, found a byte string"};
        return is_valid_utf8(bytes) ? Value(bytes) : Value(base64_encode(bytes));
    }

    Result<std::string> read_utf8(const Head& head) {
        if (head.major != 3) return fault("expected a text");
        GRADUS_TRY(std::string text, read_string(head));
        if (!is_valid_utf8(text)) return fault("expected UTF-8 before");
        return text;
    }

    Result<Value> read_text(const Head& head) {
        GRADUS_TRY(const std::string text, read_utf8(head));
        return Value(text);
    }

    // Whether another element follows; `left` counts down when the number is known.
    bool has_more(const Head& head, std::uint64_t& left) {
        if (head.is_indefinite()) return !take_break();
        if (left == 0) return false;
        --left;
        return true;
    }

    Result<Value> read_array(const Head& head, const Shape* shape, std::size_t depth) {
        if (shape != nullptr && shape->type != ShapeType::list)
            return Error{ErrorCode::invalid_argument, "expected no array, found one"};
        const Shape* element = shape != nullptr ? shape->element.shape : nullptr;
        Array out;
        std::uint64_t left = head.argument;
        while (has_more(head, left)) {
            GRADUS_TRY(Value value, read(element, depth + 1));
            out.push_back(std::move(value));
        }
        return Value(std::move(out));
    }

    Result<Value> read_map(const Head& head, const Shape* shape, std::size_t depth) {
        const bool is_structure = shape != nullptr && shape->type == ShapeType::structure;
        if (shape != nullptr && !is_structure && shape->type != ShapeType::map)
            return Error{ErrorCode::invalid_argument, "expected no map, found one"};
        ObjectBuilder out;
        std::string unknown;
        std::uint64_t left = head.argument;
        while (has_more(head, left)) {
            GRADUS_TRY(const Head key_head, read_head());
            GRADUS_TRY(const std::string key, read_utf8(key_head));
            const StructureMember* member =
                is_structure ? shape->find_member_by_wire_name(key) : nullptr;
            const Shape* inner = member != nullptr ? member->ref.shape : nullptr;
            if (shape != nullptr && !is_structure) inner = shape->value.shape;
            Result<Value> value = read(inner, depth + 1);
            if (!value) return at(key, std::move(value).error());
            if (is_structure && value->is_null()) continue;
            if (is_structure && member == nullptr) {
                unknown = key;
                continue;
            }
            out.put(std::string_view(member != nullptr ? member->name : key), std::move(*value));
        }
        if (is_structure && shape->is_union && out.size() == 0 && !unknown.empty())
            return unknown_union_member(unknown);
        return out.build();
    }

    std::string_view body_;
    std::size_t at_ = 0;
};

} // namespace

Result<Value> from_cbor_body(const ShapeRef& ref, std::string_view body) {
    if (ref.shape == nullptr || body.empty()) return Value::object();
    return Reader(body).read_all(ref.shape);
}

Result<Value> read_any_cbor(std::string_view body) { return Reader(body).read_all(nullptr); }

} // namespace gradus::aws
