#include "aws/protocol/cbor.hpp"

#include "aws/protocol/scalars.hpp"

#include <bit>
#include <charconv>
#include <cmath>
#include <limits>

namespace gradus::aws {

namespace {

// RFC 8949, section 3.1: the upper three bits of an item's first byte.
enum class Major : unsigned { positive, negative, bytes, text, array, map, tag, simple };

constexpr char false_byte = '\xF4';
constexpr char true_byte = '\xF5';
constexpr char null_byte = '\xF6';
constexpr char float32_byte = '\xFA';
constexpr char float64_byte = '\xFB';
constexpr std::uint64_t epoch_tag = 1;

class Writer {
public:
    Result<void> write(const ShapeRef& ref, const Value& value, std::size_t depth) {
        if (depth > protocol_depth_max)
            return Error{ErrorCode::limit,
                         "nested deeper than " + std::to_string(protocol_depth_max)};
        if (value.is_null()) {
            out_ += null_byte;
            return {};
        }
        switch (ref.shape->type) {
        case ShapeType::structure: return structure(*ref.shape, value, depth);
        case ShapeType::list: return list(*ref.shape, value, depth);
        case ShapeType::map: return map(*ref.shape, value, depth);
        case ShapeType::string:
        case ShapeType::character: return string(Major::text, value);
        case ShapeType::blob: return string(Major::bytes, value);
        case ShapeType::boolean: return boolean(value);
        case ShapeType::integer: return integer(value);
        case ShapeType::real: return real(value);
        case ShapeType::timestamp: return timestamp(value);
        case ShapeType::document: break;
        }
        return Error{ErrorCode::unsupported, "the protocol has no documents"};
    }

    std::string take() { return std::move(out_); }

private:
    void big_endian(std::uint64_t number, int bytes) {
        for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
            out_ += static_cast<char>((number >> shift) & 0xFFU);
    }

    void head(Major major, std::uint64_t argument) {
        const unsigned top = static_cast<unsigned>(major) << 5U;
        if (argument < 24) {
            out_ += static_cast<char>(top | static_cast<unsigned>(argument));
            return;
        }
        // 24…27 announce 1, 2, 4 or 8 bytes.
        unsigned width = 0;
        while (width < 3 && argument >> (8U << width) != 0)
            ++width;
        out_ += static_cast<char>(top | (24U + width));
        big_endian(argument, 1 << width);
    }

    Result<void> structure(const Shape& shape, const Value& value, std::size_t depth) {
        if (!value.is_object()) return expected_but_found("an object", value);
        std::uint64_t members = 0;
        for (const Member& given : value.as_object())
            if (!given.value.is_null()) ++members;
        head(Major::map, members);
        for (const Member& given : value.as_object()) {
            if (given.value.is_null()) continue;
            const StructureMember* member = shape.find_member(given.name());
            if (member == nullptr)
                return Error{ErrorCode::invalid_argument,
                             "unknown member '" + std::string(given.name()) + "'"};
            GRADUS_CHECK(entry(member->wire_name(), member->ref, given.value, depth));
        }
        return {};
    }

    Result<void> map(const Shape& shape, const Value& value, std::size_t depth) {
        if (!value.is_object()) return expected_but_found("an object", value);
        head(Major::map, value.size());
        for (const Member& given : value.as_object())
            GRADUS_CHECK(entry(given.name(), shape.value, given.value, depth));
        return {};
    }

    Result<void> entry(std::string_view name, const ShapeRef& ref, const Value& value,
                       std::size_t depth) {
        head(Major::text, name.size());
        out_ += name;
        if (Result<void> written = write(ref, value, depth + 1); !written)
            return at(name, std::move(written).error());
        return {};
    }

    Result<void> list(const Shape& shape, const Value& value, std::size_t depth) {
        if (!value.is_array()) return expected_but_found("an array", value);
        head(Major::array, value.size());
        for (const Value& element : value.as_array())
            GRADUS_CHECK(write(shape.element, element, depth + 1));
        return {};
    }

    Result<void> string(Major major, const Value& value) {
        if (!value.is_string()) return expected_but_found("a string", value);
        head(major, value.size());
        out_ += value.as_string();
        return {};
    }

    Result<void> boolean(const Value& value) {
        if (!value.is_boolean()) return expected_but_found("a boolean", value);
        out_ += value.as_boolean() ? true_byte : false_byte;
        return {};
    }

    Result<void> integer(const Value& value) {
        std::int64_t number = 0;
        if (value.is_number() && value.to_integer(number)) {
            if (number >= 0)
                head(Major::positive, static_cast<std::uint64_t>(number));
            else
                head(Major::negative, ~static_cast<std::uint64_t>(number)); // -1 - number
            return {};
        }
        std::uint64_t large = 0;
        if (value.kind() == Value::Kind::decimal) {
            const std::string_view text = value.as_decimal_text();
            const auto [end, fault] =
                std::from_chars(text.data(), text.data() + text.size(), large);
            if (fault == std::errc() && end == text.data() + text.size()) {
                head(Major::positive, large);
                return {};
            }
        }
        return expected_but_found("an integer of 64 bits", value);
    }

    Result<void> real(const Value& value) {
        using Limits = std::numeric_limits<double>;
        if (value.is_string()) {
            const std::string_view text = value.as_string();
            if (text == "NaN") return number(Limits::quiet_NaN());
            if (text == "Infinity") return number(Limits::infinity());
            if (text == "-Infinity") return number(-Limits::infinity());
        }
        if (!value.is_number()) return expected_but_found("a number", value);
        const double given = value.as_double();
        if (!std::isfinite(given)) return expected_but_found("a number of 64 bits", value);
        return number(given);
    }

    // Four bytes where they lose nothing: readers must widen (Smithy, "Number deserialization").
    Result<void> number(double given) {
        const bool fits = !std::isfinite(given) ||
                          std::abs(given) <= static_cast<double>(std::numeric_limits<float>::max());
        const float narrow = fits ? static_cast<float>(given) : 0.0F;
        if (std::isnan(given) || (fits && static_cast<double>(narrow) == given)) {
            out_ += float32_byte;
            big_endian(std::bit_cast<std::uint32_t>(narrow), 4);
        } else {
            out_ += float64_byte;
            big_endian(std::bit_cast<std::uint64_t>(given), 8);
        }
        return {};
    }

    Result<void> timestamp(const Value& value) {
        const std::optional<Value> epoch = read_timestamp(value);
        if (!epoch) return expected_but_found("a time stamp", value);
        head(Major::tag, epoch_tag);
        std::int64_t whole = 0;
        return epoch->to_integer(whole) ? integer(*epoch) : real(*epoch);
    }

    std::string out_;
};

} // namespace

Result<std::string> to_cbor_body(const ShapeRef& ref, const Value& value) {
    Writer writer;
    if (ref.shape == nullptr) return std::string();
    GRADUS_CHECK(writer.write(ref, value, 0));
    return writer.take();
}

} // namespace gradus::aws
