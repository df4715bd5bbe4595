// Protocol cases of the conformance corpus: parameters to a request, an answer to a result. Each
// case that passes is also taken the other way round, through the server's side of the protocol.
#include "tools/conformance/runner.hpp"

#include "aws/protocol/cbor.hpp"
#include "aws/protocol/client_side.hpp"
#include "aws/protocol/event_stream.hpp"
#include "aws/protocol/server_side.hpp"
#include "aws/uri_encoding.hpp"
#include "states/base/base.hpp"

#include "gradus/json.hpp"

#include <algorithm>

namespace gradus::conformance {

namespace {

std::string text_of(const Value& object, std::string_view name) {
    const Value* member = object.find(name);
    return member != nullptr && member->is_string() ? std::string(member->as_string())
                                                    : std::string();
}

std::string difference(std::string_view what, std::string_view expected, std::string_view found) {
    return std::string(what) + ": expected " + std::string(expected) + ", found " +
           std::string(found);
}

// A model with the one operation of the case.
Result<std::shared_ptr<const aws::ServiceModel>> model_of(const Value& suite, const Value& given) {
    const Value operations = Value::object().with(text_of(given, "name"), given);
    return aws::ServiceModel::load(Value::object({{"metadata", suite["metadata"]},
                                                  {"shapes", suite["shapes"]},
                                                  {"operations", operations}}));
}

bool is_form(aws::Protocol protocol) {
    return protocol == aws::Protocol::query || protocol == aws::Protocol::ec2;
}

// A tag with its attributes in order and an empty element as a pair; comments and declarations are
// nothing.
std::string canonical_tag(std::string_view tag) {
    if (tag.starts_with("?") || tag.starts_with("!")) return "";
    const bool is_empty = tag.ends_with("/");
    if (is_empty) tag.remove_suffix(1);
    std::vector<std::string> attributes;
    const std::size_t name_end = tag.find_first_of(" \n");
    const std::string name(tag.substr(0, name_end));
    tag.remove_prefix(std::min(name_end, tag.size()));
    while (true) {
        const std::size_t begin = tag.find_first_not_of(" \n");
        if (begin == std::string_view::npos) break;
        const std::size_t end = tag.find('"', tag.find('"', begin) + 1);
        attributes.emplace_back(tag.substr(begin, end + 1 - begin));
        tag.remove_prefix(end + 1);
    }
    std::sort(attributes.begin(), attributes.end());
    std::string out = "<" + name;
    for (const std::string& attribute : attributes)
        out += ' ' + attribute;
    return out + '>' + (is_empty ? "</" + name + '>' : "");
}

// Equal texts for equal documents; without white space at the ends of text.
std::string canonical_xml(std::string_view xml) {
    std::string out;
    while (!xml.empty()) {
        const std::size_t open = std::min(xml.find('<'), xml.size());
        std::string_view text = xml.substr(0, open);
        const std::size_t begin = text.find_first_not_of(" \r\n\t");
        if (begin != std::string_view::npos)
            out += text.substr(begin, text.find_last_not_of(" \r\n\t") + 1 - begin);
        xml.remove_prefix(open);
        if (xml.empty()) break;
        const std::size_t close = std::min(xml.find('>'), xml.size() - 1);
        out += canonical_tag(xml.substr(1, close - 1));
        xml.remove_prefix(close + 1);
    }
    return out;
}

bool is_cbor(aws::Protocol protocol) { return protocol == aws::Protocol::smithy_rpc_v2_cbor; }

// Bodies that aren't text stand in base64.
std::string bytes_of(const std::string& base64) { return base64_decode(base64).value_or(""); }

std::string check_cbor(const std::string& expected, const std::string& found) {
    if (expected.empty() || found.empty())
        return expected == found ? "" : difference("body", expected, base64_encode(found));
    const Result<Value> expected_value = aws::read_any_cbor(bytes_of(expected));
    const Result<Value> found_value = aws::read_any_cbor(found);
    if (!expected_value) return expected_value.error().message;
    if (!found_value) return found_value.error().message;
    return *expected_value == *found_value
               ? ""
               : difference("body", to_json(*expected_value), to_json(*found_value));
}

std::string check_body(aws::Protocol protocol, const std::string& expected,
                       const std::string& found) {
    if (is_cbor(protocol)) return check_cbor(expected, found);
    if (protocol == aws::Protocol::rest_xml)
        return canonical_xml(expected) == canonical_xml(found)
                   ? ""
                   : difference("body", expected, found);
    if (is_form(protocol)) {
        auto expected_pairs = aws::parse_query(expected, aws::Plus::space);
        auto found_pairs = aws::parse_query(found, aws::Plus::space);
        std::sort(expected_pairs.begin(), expected_pairs.end());
        std::sort(found_pairs.begin(), found_pairs.end());
        return expected_pairs == found_pairs ? "" : difference("body", expected, found);
    }
    const Result<Value, JsonError> expected_json = parse_json(expected);
    const Result<Value, JsonError> found_json = parse_json(found);
    const bool is_equal =
        expected_json && found_json ? *expected_json == *found_json : expected == found;
    return is_equal ? "" : difference("body", expected, found);
}

std::string without_list_spaces(std::string_view text) {
    std::string out;
    for (const char c : text)
        if (c != ' ' || !out.ends_with(',')) out += c;
    return out;
}

std::string check_headers(aws::Protocol protocol, const Value& serialized,
                          const aws::HttpHeaders& headers) {
    if (const Value* expected = serialized.find("headers"); expected && expected->is_object()) {
        for (const Member& header : expected->as_object()) {
            const std::string* found = aws::find_header(headers, header.name());
            const std::string_view value = header.value.as_string();
            if (found == nullptr) return difference(header.name(), value, "nothing");
            // The reference compares neither white space in lists nor the type of an XML document.
            const bool is_free = protocol == aws::Protocol::rest_xml &&
                                 aws::equal_ignoring_case(header.name(), "Content-Type");
            const bool is_equal = without_list_spaces(*found) == without_list_spaces(value);
            if (!is_free && !is_equal && *found != std::string(value) + "; charset=utf-8")
                return difference(header.name(), value, *found);
        }
    }
    if (const Value* forbidden = serialized.find("forbidHeaders"))
        for (const Value& name : forbidden->as_array())
            if (aws::find_header(headers, name.as_string()) != nullptr)
                return "forbidden header " + std::string(name.as_string());
    if (const Value* required = serialized.find("requireHeaders")) {
        for (const Value& name : required->as_array()) {
            // The transport adds this one.
            if (name.as_string() == "Content-Length") continue;
            if (aws::find_header(headers, name.as_string()) == nullptr)
                return "missing header " + std::string(name.as_string());
        }
    }
    return "";
}

// Members that no reader can give back: null ones, and empty lists in ec2, which are not written.
Value without_unwritten(const Value& value, aws::Protocol protocol) {
    if (value.is_array()) {
        Array out;
        for (const Value& element : value.as_array())
            out.push_back(without_unwritten(element, protocol));
        return Value(std::move(out));
    }
    if (!value.is_object()) return value;
    ObjectBuilder out;
    for (const Member& member : value.as_object()) {
        if (member.value.is_null()) continue;
        const bool is_empty = member.value.is_array() && member.value.size() == 0;
        if (is_empty && protocol == aws::Protocol::ec2) continue;
        if (member.value.is_object() && is_form(protocol) && member.value.size() == 0) continue;
        out.put(member.key, without_unwritten(member.value, protocol));
    }
    return out.build();
}

// A server can't tell which of the query string's parameters the client had in a map, and doesn't
// see an empty map that is spread over headers, nor whether an empty payload or a usual
// Content-Type was given.
Value without_unseen(const aws::Operation& operation, Value params) {
    if (operation.input.shape == nullptr) return params;
    for (const aws::StructureMember& member : operation.input.shape->members) {
        const bool is_map = member.ref.shape->type == aws::ShapeType::map;
        const aws::Location place = member.ref.location;
        const Value* value = params.find(member.name);
        if (value == nullptr) continue;
        const bool is_container = value->is_array() || value->is_object();
        const bool is_empty = is_container && value->size() == 0;
        const bool is_payload = member.name == operation.input.shape->payload;
        const bool is_mixed = is_map && place == aws::Location::querystring;
        const bool is_unwritten = is_empty && (place != aws::Location::body || is_payload);
        const bool is_usual =
            member.wire_name() == "Content-Type" && *value == Value("application/octet-stream");
        if (is_mixed || is_unwritten || is_usual) params = params.without(member.name);
    }
    return params;
}

std::string check_server_reads(const aws::ServiceModel& model, const aws::RequestParts& parts,
                               const Value& params) {
    aws::HttpRequest request;
    request.method = parts.method;
    request.target = parts.uri;
    request.headers = parts.headers;
    request.body = parts.body;
    const Result<aws::ReceivedCall, aws::ServiceError> call = aws::parse_request(model, request);
    if (!call) return "the server's side: " + call.error().code + ' ' + call.error().message;
    const aws::Protocol protocol = model.metadata().protocol;
    const aws::Operation& operation = *call->operation;
    const Value expected = without_unwritten(without_unseen(operation, params), protocol);
    const Value found = without_unwritten(without_unseen(operation, call->params), protocol);
    if (expected == found) return "";
    return difference("the server's side", to_json(expected), to_json(found));
}

std::string run_input(const aws::ServiceModel& model, const Value& suite, const Value& document) {
    const aws::Operation& operation = model.operations().front();
    const Value& expected = document["serialized"];
    Random random;
    const Result<aws::RequestParts> parts =
        aws::serialise_request(model, operation, document["params"], random);
    if (!parts) return parts.error().message;

    if (const std::string method = text_of(expected, "method");
        !method.empty() && method != parts->method)
        return difference("method", method, parts->method);
    if (text_of(expected, "uri") != parts->uri)
        return difference("uri", text_of(expected, "uri"), parts->uri);
    if (expected.find("body") != nullptr) {
        std::string fault =
            check_body(model.metadata().protocol, text_of(expected, "body"), parts->body);
        if (!fault.empty()) return fault;
    }
    if (std::string fault = check_headers(model.metadata().protocol, expected, parts->headers);
        !fault.empty())
        return fault;
    if (const std::string host = text_of(expected, "host"); !host.empty()) {
        std::string endpoint = text_of(suite, "clientEndpoint");
        if (const std::size_t slashes = endpoint.find("//"); slashes != std::string::npos)
            endpoint.erase(0, slashes + 2);
        if (parts->host_prefix + endpoint != host)
            return difference("host", host, parts->host_prefix + endpoint);
    }
    return check_server_reads(model, *parts, document["params"]);
}

// Bodies of CBOR and of event streams stand in base64.
aws::HttpResponse response_of(const aws::ServiceModel& model, const Value& source) {
    const bool is_stream = aws::event_stream_of(model.operations().front().output) != nullptr;
    aws::HttpResponse out;
    out.status = static_cast<int>(source["status_code"].as_integer());
    out.body = text_of(source, "body");
    if (is_stream || is_cbor(model.metadata().protocol)) out.body = bytes_of(out.body);
    if (source["headers"].is_object())
        for (const Member& header : source["headers"].as_object())
            out.headers.push_back(
                {std::string(header.name()), std::string(header.value.as_string())});
    return out;
}

std::string check_error(const Value& document, const aws::ServiceError& found) {
    if (text_of(document, "errorCode") != found.code)
        return difference("error code", text_of(document, "errorCode"), found.code);
    if (document.find("errorMessage") && text_of(document, "errorMessage") != found.message)
        return difference("error message", text_of(document, "errorMessage"), found.message);
    if (document["error"] != found.detail)
        return difference("error", to_json(document["error"]), to_json(found.detail));
    return "";
}

// Maps of all headers have the one that the server adds.
Value without_request_id(const aws::Operation& operation, Value output) {
    if (operation.output.shape == nullptr) return output;
    for (const aws::StructureMember& member : operation.output.shape->members) {
        if (member.ref.location != aws::Location::headers) continue;
        Value kept = Value::object();
        for (const Member& header : output[member.name].as_object())
            if (!header.name().ends_with("amzn-RequestId"))
                kept = std::move(kept).with(header.name(), header.value);
        output = std::move(output).with(member.name, std::move(kept));
    }
    return output;
}

std::string check_client_reads(const aws::ServiceModel& model, const Value& result) {
    const aws::Operation& operation = model.operations().front();
    const aws::HttpResponse written = aws::serialise_output(model, operation, result, "id-1");
    const Result<aws::ServiceOutput, aws::ServiceError> read =
        aws::parse_response(model, operation, written);
    if (!read) return "the server's side: " + read.error().message;
    if (without_request_id(operation, read->output) != result)
        return difference("the server's side", to_json(result),
                          to_json(read->output) + " from " + written.body);
    return read->request_id == "id-1" ? "" : "the server's side: no request id";
}

std::string run_output(const aws::ServiceModel& model, const Value& document) {
    const aws::Operation& operation = model.operations().front();
    const Result<aws::ServiceOutput, aws::ServiceError> read =
        aws::parse_response(model, operation, response_of(model, document["response"]));
    if (document.find("error") != nullptr) {
        if (read) return difference("result", "an error", to_json(read->output));
        std::string fault = check_error(document, read.error());
        if (!fault.empty()) return fault;
        const aws::HttpResponse written = aws::serialise_error(model, read.error(), "id-1");
        const auto again = aws::parse_response(model, operation, written);
        if (again) return "the server's side: the error became a result";
        // The ec2 protocol has no room for an error's own members.
        if (model.metadata().protocol == aws::Protocol::ec2)
            return again.error().code == read.error().code ? "" : "the server's side: other code";
        fault = check_error(document, again.error());
        return fault.empty() ? "" : "the server's side: " + fault;
    }
    if (!read) return read.error().code + ' ' + read.error().message;
    if (read->output != document["result"])
        return difference("result", to_json(document["result"]), to_json(read->output));
    // Only a newer server could write what this model doesn't know.
    if (to_json(read->output).find("SDK_UNKNOWN_MEMBER") != std::string::npos) return "";
    // The simulated AWS answers with no stream.
    if (aws::event_stream_of(operation.output) != nullptr) return "";
    return check_client_reads(model, read->output);
}

CaseResult run_case(const Value& suite, const Value& document) {
    CaseResult result{text_of(document, "id"), Outcome::skipped, ""};
    const Value* ignored = document.find("referenceIgnores");
    if (ignored != nullptr && ignored->is_boolean() && ignored->as_boolean()) {
        result.detail = "the reference departs from the case";
        return result;
    }
    const auto model = model_of(suite, document["given"]);
    if (!model) return {result.id, Outcome::failed, model.error().message};
    result.detail = document.find("params") != nullptr ? run_input(**model, suite, document)
                                                       : run_output(**model, document);
    result.outcome = result.detail.empty() ? Outcome::passed : Outcome::failed;
    return result;
}

} // namespace

void run_protocol_file(const CorpusFile& file, const Report& report) {
    if (!file.document.is_array()) return;
    for (const Value& suite : file.document.as_array()) {
        if (!suite["cases"].is_array()) continue;
        for (const Value& document : suite["cases"].as_array()) {
            if (file.list_only)
                report({text_of(document, "id"), Outcome::skipped, ""});
            else
                report(run_case(suite, document));
        }
    }
}

} // namespace gradus::conformance
