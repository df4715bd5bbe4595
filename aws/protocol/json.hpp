#pragma once
// The bodies of the JSON protocols, both ways: members to their names on the wire, time stamps and
// blobs to their forms there. Client and server read and write the same bodies. Inside of
// aws/protocol.

#include "aws/model/service_model.hpp"

#include "gradus/result.hpp"
#include "gradus/value.hpp"

namespace gradus::aws {

/// The value as it goes into a body. Null members are left out. Fails with invalid_argument and a
/// path.
Result<Value> to_json_body(const ShapeRef& ref, const Value& value);

/// The value that a body holds; members that the model doesn't know are left out.
Result<Value> from_json_body(const ShapeRef& ref, const Value& body);

} // namespace gradus::aws
