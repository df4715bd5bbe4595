#pragma once
// Answers that are a stream of events: application/vnd.amazon.eventstream (Smithy, "Event streams",
// "Amazon Event Stream Specification"). The whole stream is there when it is read, so its value is
// the list of its events. Requests with streams aren't written. Inside of aws/protocol.

#include "aws/http/message.hpp"
#include "aws/model/service_model.hpp"
#include "aws/protocol/service_error.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gradus::aws {

/// One message of a stream.
struct EventMessage {
    struct Header {
        std::string name;
        Value value; // bytes as blobs are, time stamps in epoch seconds
    };
    std::vector<Header> headers;
    std::string payload;

    /// The text of a header; empty when there is none.
    std::string text(std::string_view name) const;
};

/// Fails with syntax and the byte where the message begins whose length or checksum is wrong.
Result<std::vector<EventMessage>> read_event_messages(std::string_view body);

/// The member of an output or input that is a stream; null when there is none.
const StructureMember* event_stream_of(const ShapeRef& ref);

/// The output of an operation with a stream: the stream's member and, in protocols without headers,
/// those of the initial response. An exception in the stream is the call's error.
Result<Value, ServiceError> read_event_stream(const ServiceModel& model, const Operation& operation,
                                              const StructureMember& stream,
                                              const HttpResponse& response);

} // namespace gradus::aws
