#pragma once
// What a service offers, as immutable data: metadata, operations and shapes, read from a model in
// botocore's form (shapes may be inline, too). Protocols, validation and the simulated AWS walk it;
// nothing here knows how anything travels.

#include "gradus/result.hpp"
#include "gradus/value.hpp"

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace gradus::aws {

enum class ShapeType {
    structure,
    list,
    map,
    string,
    character,
    boolean,
    integer, // integer, long, short, byte, biginteger
    real,    // float, double, bigdecimal
    blob,
    timestamp,
    document, // any JSON value; a structure with "document": true
};

enum class TimestampFormat { unspecified, iso8601, rfc822, unix_seconds };

enum class Location { body, header, headers, uri, querystring, status_code };

struct Shape;

struct XmlNamespace {
    std::string uri; // empty: none
    std::string prefix;
};

/// A use of a shape: as member, element, key, value, input or output. Traits are those of the use
/// or, where it has none, of the shape.
struct ShapeRef {
    const Shape* shape = nullptr;
    std::string location_name; // the name on the wire; empty: that of the member
    std::string query_name;    // the same for ec2 requests only
    XmlNamespace xml_namespace;
    TimestampFormat timestamp_format = TimestampFormat::unspecified;
    Location location = Location::body;
    bool flattened = false;
    bool xml_attribute = false;
    bool idempotency_token = false;
    bool host_label = false;
    bool json_value = false;
    bool streaming = false;
    // The document is the only member itself, without an element around it: GetBucketLocation of S3
    // (Smithy, "s3UnwrappedXmlOutput trait", which models in botocore's form don't have).
    bool unwrapped = false;
};

struct StructureMember {
    std::string name;
    ShapeRef ref;
    bool required = false;

    /// The name on the wire.
    const std::string& wire_name() const {
        return ref.location_name.empty() ? name : ref.location_name;
    }
};

struct Shape {
    ShapeType type = ShapeType::string;
    std::string name; // in the model; made up for inline shapes ("DescribeTags.input")
    std::vector<StructureMember> members;
    ShapeRef element; // of a list
    ShapeRef key;     // of a map
    ShapeRef value;
    std::string payload; // member that is the whole body, in rest protocols
    std::vector<std::string> enumeration;
    std::optional<double> min; // of a number; of a string's length in characters
    std::optional<double> max;
    bool is_union = false;
    bool is_exception = false;
    bool is_event_stream = false;
    std::string error_code; // what an exception is called on the wire, when not by its name
    int error_http_status = 0;

    const StructureMember* find_member(std::string_view member) const;
    const StructureMember* find_member_by_wire_name(std::string_view wire_name) const;
};

enum class Protocol { json, query, ec2, rest_json, rest_xml, smithy_rpc_v2_cbor };

std::string_view to_string(Protocol protocol);

struct ServiceMetadata {
    std::string service_id;      // "Auto Scaling"
    std::string endpoint_prefix; // "autoscaling"
    std::string signing_name;    // that of the endpoint prefix when the model names none
    std::string api_version;
    Protocol protocol = Protocol::json;
    std::string json_version; // "1.0" or "1.1"
    std::string target_prefix;
    std::string xml_namespace;
    std::string signature_version; // "v4", "s3", "s3v4", "v2", "bearer"
    bool query_compatible = false; // moved away from query, old error codes in a header
};

/// A parameter of the endpoint rules that an operation fixes or takes from its input.
struct EndpointParameter {
    std::string name;
    std::string member; // of the input; empty: it is `value`
    Value value;
};

struct Operation {
    std::string name;
    std::string method = "POST";
    std::string request_uri = "/";
    ShapeRef input;  // shape is null when there is none
    ShapeRef output; // shape is null when there is none
    std::string result_wrapper;
    std::string host_prefix; // "data-{BucketName}."; empty: none
    std::vector<const Shape*> errors;
    std::vector<EndpointParameter> endpoint_parameters;
    int http_status = 200; // of an answer without an error
    bool needs_no_signature = false;
    bool needs_content_md5 = false;
};

class ServiceModel {
public:
    /// Reads a model. Fails with `syntax` or `unsupported` and the place in the model.
    static Result<std::shared_ptr<const ServiceModel>> load(const Value& document);

    ServiceModel(const ServiceModel&) = delete;
    ServiceModel& operator=(const ServiceModel&) = delete;

    const ServiceMetadata& metadata() const { return metadata_; }
    /// In the order of the model.
    const std::deque<Operation>& operations() const { return operations_; }
    /// Null when there is none of that name.
    const Operation* find_operation(std::string_view name) const;
    /// A named shape; null when there is none.
    const Shape* find_shape(std::string_view name) const;
    /// The exception that `code` means, by its code on the wire or its name: one of the
    /// operation's, else any of the service's. Null for others.
    const Shape* find_error(const Operation& operation, std::string_view code) const;

    // As they stand in the model; null when it says nothing.
    /// For RuleSet::compile.
    const Value& endpoint_rules() const { return endpoint_rules_; }
    /// For Paginator::load, by operation.
    const Value& pagination() const { return pagination_; }
    /// For Waiter::load, by name.
    const Value& waiters() const { return waiters_; }

private:
    friend class ModelReader;
    ServiceModel() = default;

    ServiceMetadata metadata_;
    Value endpoint_rules_;
    Value pagination_;
    Value waiters_;
    std::deque<Operation> operations_;
    std::deque<Shape> shapes_;
    std::unordered_map<std::string_view, const Operation*> operation_index_;
    std::unordered_map<std::string_view, Shape*> shape_index_;
};

} // namespace gradus::aws
