#pragma once
// The parsed form of an intrinsic call, and the table of functions; for this folder only.

#include "gradus/result.hpp"
#include "gradus/value.hpp"
#include "states/query/intrinsics/intrinsics.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace gradus::intrinsics {

/// Why a function refused its arguments.
struct Refusal {
    int code = 0; // keeps a Refusal from being made of a bare text
    std::string reason;
};

inline Refusal refuse(std::string reason) { return {0, std::move(reason)}; }

using FunctionResult = Result<Value, Refusal>;
using Arguments = std::span<const Value>;

struct Function {
    std::string_view name; // with "States."
    std::size_t arguments_min;
    std::size_t arguments_max;
    bool can_return_string;
    FunctionResult (*call)(Arguments arguments, Random& random);
};

inline constexpr std::size_t any_number = static_cast<std::size_t>(-1);

/// Null when there is no such function.
const Function* find_function(std::string_view name);
/// The name that was probably meant; empty when none is near.
std::string_view closest_function(std::string_view name);

// functions_arrays.cpp
FunctionResult array(Arguments, Random&);
FunctionResult array_partition(Arguments, Random&);
FunctionResult array_contains(Arguments, Random&);
FunctionResult array_range(Arguments, Random&);
FunctionResult array_get_item(Arguments, Random&);
FunctionResult array_length(Arguments, Random&);
FunctionResult array_unique(Arguments, Random&);
// functions_texts.cpp
FunctionResult base64_encode_text(Arguments, Random&);
FunctionResult base64_decode_text(Arguments, Random&);
FunctionResult hash_data(Arguments, Random&);
FunctionResult json_merge(Arguments, Random&);
FunctionResult string_to_json(Arguments, Random&);
FunctionResult json_to_string(Arguments, Random&);
FunctionResult string_split(Arguments, Random&);
// functions_numbers.cpp
FunctionResult math_random(Arguments, Random&);
FunctionResult math_add(Arguments, Random&);
FunctionResult uuid(Arguments, Random&);
// format.cpp
FunctionResult format(Arguments, Random&);

// functions_numbers.cpp: integers as the functions take them.
/// Rounds halves up, as Java's Math.round (recorded: -2.5 gives -2). Nothing beyond 64 bits.
std::optional<std::int64_t> rounded(const Value& number);

struct Argument {
    std::variant<Value, path::Path, std::shared_ptr<const CallNode>> content;
};

struct CallNode {
    std::string text;
    const Function* function = nullptr;
    std::vector<Argument> arguments;
};

} // namespace gradus::intrinsics
