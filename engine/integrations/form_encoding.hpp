#pragma once
// A JSON body as application/x-www-form-urlencoded, as HTTP tasks write it. AWS, "Call HTTPS APIs
// in Step Functions workflows", "Applying URL-encoding on the request body".

#include "gradus/result.hpp"
#include "gradus/value.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace gradus {

enum class ArrayFormat {
    indices,  // a[0]=x&a[1]=y
    repeat,   // a=x&a=y
    commas,   // a=x,y
    brackets, // a[]=x&a[]=y
};

/// "INDICES"; nothing for other words.
std::optional<ArrayFormat> parse_array_format(std::string_view name);

/// Members of the object in their order; inner objects as a[b]=x. Brackets and commas that the
/// format sets stay as they are, everything else is percent-encoded. A null has no value: "a=".
std::string form_encode(const Value& object, ArrayFormat format);

} // namespace gradus
