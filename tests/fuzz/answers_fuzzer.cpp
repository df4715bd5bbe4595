// Any bytes as the answer of a service of each protocol, as a request to one, and as a document or
// file with credentials: a value or an error, never more. The first byte chooses.
#include "aws/credentials/documents.hpp"
#include "aws/credentials/profile.hpp"
#include "aws/model/models.hpp"
#include "aws/paging/path_expression.hpp"
#include "aws/protocol/cbor.hpp"
#include "aws/protocol/client_side.hpp"
#include "aws/protocol/event_stream.hpp"
#include "aws/protocol/server_side.hpp"
#include "aws/proxy.hpp"

#include "gradus/json.hpp"

#include <array>

namespace {

using namespace gradus;
using namespace gradus::aws;

struct Target {
    std::shared_ptr<const ServiceModel> model;
    const Operation* operation;
};

std::shared_ptr<const ServiceModel> cbor_model() {
    return *ServiceModel::load(*parse_json(R"({
        "metadata": {"protocol": "smithy-rpc-v2-cbor", "targetPrefix": "Depot"},
        "operations": {"Store": {"input": {"shape": "Item"}, "output": {"shape": "Item"},
                                 "errors": [{"shape": "Full"}]}},
        "shapes": {"Item": {"type": "structure", "members": {
                       "Count": {"type": "long"}, "Weight": {"type": "double"},
                       "Is": {"type": "boolean"}, "At": {"type": "timestamp"},
                       "Bytes": {"type": "blob"}, "Parent": {"shape": "Item"},
                       "Names": {"type": "list", "member": {"type": "string"}},
                       "Map": {"type": "map", "key": {"type": "string"}, "value": {"type": "long"}},
                       "Kind": {"type": "structure", "union": true,
                                "members": {"A": {"type": "string"}}}}},
                   "Full": {"type": "structure", "exception": true,
                            "members": {"Free": {"type": "integer"}}}}})"));
}

const std::array<Target, 6>& targets() {
    static const std::array<Target, 6> all = [] {
        ModelCache models;
        const auto target = [](std::shared_ptr<const ServiceModel> model,
                               std::string_view operation) {
            const Operation* found = model->find_operation(operation);
            return Target{std::move(model), found};
        };
        return std::array<Target, 6>{
            target(*models.get("ec2"), "DescribeInstances"),
            target(*models.get("autoscaling"), "DescribeAutoScalingGroups"),
            target(*models.get("ssm"), "GetParameters"),
            target(*models.get("lambda"), "GetFunction"),
            target(*models.get("s3"), "ListObjectsV2"),
            target(cbor_model(), "Store")};
    }();
    return all;
}

// What was read can be written again where the model allows it, and reads the same.
void check_cbor(const Operation& operation, std::string_view body) {
    const auto value = from_cbor_body(operation.output, body);
    if (!value) return;
    const auto written = to_cbor_body(operation.output, *value);
    if (!written) return;
    const auto again = from_cbor_body(operation.output, *written);
    GRADUS_ASSERT(again.has_value());
    GRADUS_ASSERT(*again == *value);
}

void read_documents(const std::string& text) {
    (void)read_process_document(text);
    (void)read_container_document(text);
    (void)read_metadata_document(text);
    (void)read_sso_document(text);
    (void)read_sso_token(text);
    (void)parse_shared_file(text, SharedFileKind::config);
    (void)split_words(text);
    (void)read_event_messages(text);
    if (const auto path = PathExpression::compile(text))
        (void)path->search(Value::object({{"a", Value::array({1, Value::object({{"b", "c"}})})}}));
    const auto proxies = read_proxy_settings({{"all_proxy", text}, {"no_proxy", text}});
    if (proxies) (void)proxy_for(*proxies, HttpRequest::Scheme::https, "10.1.2.3", 443);
    const ProxySettings straight{std::nullopt, Proxy{}, text};
    (void)proxy_for(straight, HttpRequest::Scheme::https, "2001:db8::1", 443);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    if (size == 0) return 0;
    const unsigned choice = data[0];
    const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::size_t which = choice & 7U;
    if (which >= targets().size()) {
        read_documents(text);
        return 0;
    }
    const Target& target = targets()[which];
    if ((choice & 8U) != 0) {
        HttpRequest request;
        request.target = "/service/Depot/operation/Store";
        request.headers = {{"X-Amz-Target", "AmazonSSM.GetParameters"},
                           {"smithy-protocol", "rpc-v2-cbor"}};
        request.body = text;
        (void)parse_request(*target.model, request);
        return 0;
    }
    const int status = (choice & 16U) != 0 ? 400 : 200;
    (void)parse_response(*target.model, *target.operation, {status, {}, text});
    if (which == 5) check_cbor(*target.operation, text);
    return 0;
}
