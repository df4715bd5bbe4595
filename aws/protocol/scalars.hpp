#pragma once
// Scalars on the wire, the same in all protocols but for the default form of time stamps. Inside of
// aws/protocol.

#include "aws/model/service_model.hpp"

#include "gradus/result.hpp"
#include "gradus/value.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace gradus::aws {

/// Structures nested deeper than this are refused by writers and readers alike.
inline constexpr std::size_t protocol_depth_max = 256;

/// The text of a scalar in a form or in XML. Fails with invalid_argument and what was expected.
Result<std::string> scalar_text(const ShapeRef& ref, const Value& value, TimestampFormat fallback);

/// The value that a text in a form or in XML stands for.
Result<Value> scalar_value(const ShapeRef& ref, std::string_view text);

/// A time stamp from epoch seconds (a number, or its text), ISO 8601 or RFC 822 to epoch seconds;
/// nothing when it is none of these.
std::optional<Value> read_timestamp(const Value& value);
/// Epoch seconds as the format wants them; the value must come from read_timestamp.
std::string timestamp_text(const Value& epoch_seconds, TimestampFormat format);

/// What the bytes of a received blob are as a value: text, or base64 when they aren't UTF-8.
Value blob_value(std::string_view base64);

/// What stands for a union whose member the model doesn't know: the SDKs' own way to say so.
Value unknown_union_member(std::string_view name);

bool is_scalar(ShapeType type);
std::string_view kind_name(const Value& value);
Error expected_but_found(std::string_view expected, const Value& found);
/// The error with the member's name before its message.
Error at(std::string_view where, Error error);

} // namespace gradus::aws
