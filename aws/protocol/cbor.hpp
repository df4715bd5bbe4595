#pragma once
// The bodies of the protocol smithy-rpc-v2-cbor, both ways (RFC 8949; Smithy, "Smithy RPC v2 CBOR
// protocol"). Members keep their names; time stamps are seconds under tag 1, blobs byte strings.
// Inside of aws/protocol.

#include "aws/model/service_model.hpp"

#include "gradus/result.hpp"
#include "gradus/value.hpp"

#include <string>
#include <string_view>

namespace gradus::aws {

/// The value as it goes into a body; null members are left out. Fails with invalid_argument and a
/// path.
Result<std::string> to_cbor_body(const ShapeRef& ref, const Value& value);

/// The value that a body holds; members that the model doesn't know are left out. Fails with syntax
/// and the byte, invalid_argument (a value of another form), limit (nested too deeply).
Result<Value> from_cbor_body(const ShapeRef& ref, std::string_view body);

/// The same without a model: byte strings become text or base64, tags are passed over.
Result<Value> read_any_cbor(std::string_view body);

} // namespace gradus::aws
