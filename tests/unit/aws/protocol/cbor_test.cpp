// CBOR bodies, byte by byte where it matters (RFC 8949, appendix A), and the protocol around them.
#include "aws/protocol/cbor.hpp"
#include "aws/protocol/client_side.hpp"
#include "aws/protocol/server_side.hpp"

#include "gradus/json.hpp"

#include <gtest/gtest.h>

namespace {

using namespace gradus;
using namespace gradus::aws;
using namespace std::literals;

std::shared_ptr<const ServiceModel> model() {
    static const auto loaded = *ServiceModel::load(*parse_json(R"({
        "metadata": {"protocol": "smithy-rpc-v2-cbor", "targetPrefix": "Depot"},
        "operations": {"Store": {"input": {"shape": "Item"}, "output": {"shape": "Item"},
                                 "errors": [{"shape": "Full"}]},
                       "Ping": {}},
        "shapes": {"Item": {"type": "structure", "members": {
                       "Count": {"type": "long"}, "Weight": {"type": "double"},
                       "At": {"type": "timestamp"}, "Bytes": {"type": "blob"},
                       "Names": {"type": "list", "member": {"type": "string"}},
                       "Parent": {"shape": "Item"},
                       "Kind": {"type": "structure", "union": true,
                                "members": {"A": {"type": "string"}}}}},
                   "Full": {"type": "structure", "exception": true,
                            "members": {"Free": {"type": "integer"}}}}})"));
    return loaded;
}
const Operation& store() { return *model()->find_operation("Store"); }

std::string written(std::string_view json) {
    const auto body = to_cbor_body(store().input, *parse_json(json));
    return body ? *body : body.error().message;
}

Result<Value> read(std::string_view body) { return from_cbor_body(store().output, body); }
std::string fault_of(std::string_view body) {
    const auto value = read(body);
    return value ? to_json(*value) : value.error().message;
}

TEST(Cbor, writes_heads_as_short_as_they_go) {
    EXPECT_EQ(written("{}"), "\xA0"s);
    EXPECT_EQ(written(R"({"Count": 23})"), "\xA1\x65"s
                                           "Count\x17"s);
    EXPECT_EQ(written(R"({"Count": 24})"), "\xA1\x65"s
                                           "Count\x18\x18"s);
    EXPECT_EQ(written(R"({"Count": 1000})"), "\xA1\x65"s
                                             "Count\x19\x03\xE8"s);
    EXPECT_EQ(written(R"({"Count": -1000})"), "\xA1\x65"s
                                              "Count\x39\x03\xE7"s);
    EXPECT_EQ(written(R"({"Count": 1000000})"), "\xA1\x65"s
                                                "Count\x1A\x00\x0F\x42\x40"s);
    EXPECT_EQ(written(R"({"Count": 18446744073709551615})"),
              "\xA1\x65"s
              "Count\x1B\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s);
}

TEST(Cbor, writes_numbers_in_four_bytes_where_they_lose_nothing) {
    EXPECT_EQ(written(R"({"Weight": 1.5})"), "\xA1\x66"s
                                             "Weight\xFA\x3F\xC0\x00\x00"s);
    EXPECT_EQ(written(R"({"Weight": 1.1})"), "\xA1\x66"s
                                             "Weight\xFB\x3F\xF1\x99\x99\x99\x99\x99\x9A"s);
    EXPECT_EQ(written(R"({"Weight": 1e300})"), "\xA1\x66"s
                                               "Weight\xFB\x7E\x37\xE4\x3C\x88\x00\x75\x9C"s);
    EXPECT_EQ(written(R"({"Weight": "-Infinity"})"), "\xA1\x66"s
                                                     "Weight\xFA\xFF\x80\x00\x00"s);
}

TEST(Cbor, writes_time_stamps_blobs_lists_and_leaves_out_nulls) {
    EXPECT_EQ(written(R"({"At": "2013-03-21T20:04:00Z", "Count": null})"),
              "\xA1\x62"s
              "At\xC1\x1A\x51\x4B\x67\xB0"s);
    EXPECT_EQ(written(R"({"Bytes": "ab", "Names": ["c", null]})"), "\xA2\x65"s
                                                                   "Bytes\x42"s
                                                                   "ab\x65"s
                                                                   "Names\x82\x61"s
                                                                   "c\xF6"s);
}

TEST(Cbor, refuses_to_write_what_the_model_has_not) {
    EXPECT_EQ(written(R"({"Count": 1.5})"), "Count: expected an integer of 64 bits, found number");
    EXPECT_EQ(written(R"({"Parent": {"Cuont": 1}})"), "Parent: unknown member 'Cuont'");
    EXPECT_EQ(written(R"({"Names": {}})"), "Names: expected an array, found object");
}

TEST(Cbor, reads_definite_and_indefinite_lengths) {
    EXPECT_EQ(fault_of("\xA1\x65"s
                       "Names\x82\x61"s
                       "a\x61"s
                       "b"s),
              R"({"Names":["a","b"]})");
    EXPECT_EQ(fault_of("\xBF\x65"s
                       "Names\x9F\x7F\x61"s
                       "a\x61"s
                       "b\xFF\xFF\xFF"s),
              R"({"Names":["ab"]})");
}

TEST(Cbor, reads_numbers_of_every_width) {
    EXPECT_EQ(fault_of("\xA1\x65"s
                       "Count\x1B\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s),
              R"({"Count":18446744073709551615})");
    EXPECT_EQ(fault_of("\xA1\x65"s
                       "Count\x3B\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s),
              R"({"Count":-18446744073709551616})");
    EXPECT_EQ(fault_of("\xA1\x66"s
                       "Weight\xF9\x00\x01"s),
              R"({"Weight":5.960464477539063e-8})");
    EXPECT_EQ(fault_of("\xA1\x66"s
                       "Weight\xF9\xC4\x00"s),
              R"({"Weight":-4})");
    EXPECT_EQ(fault_of("\xA1\x62"s
                       "At\xC1\xFB\x41\xD4\x52\xD9\xEC\x20\x00\x00"s),
              R"({"At":1363896240.5})");
    EXPECT_EQ(fault_of("\xA1\x62"s
                       "At\xC1\xFA\x44\x7A\x00\x00"s),
              R"({"At":1000})");
}

TEST(Cbor, leaves_out_what_the_model_does_not_know) {
    EXPECT_EQ(fault_of("\xA3\x61"s
                       "x\xA1\x61"s
                       "y\x80\x65"s
                       "Count\xF6\x66"s
                       "Weight\xF7"s),
              "{}");
    EXPECT_EQ(fault_of("\xA1\x64"s
                       "Kind\xA1\x61"s
                       "Z\x01"s),
              R"({"Kind":{"SDK_UNKNOWN_MEMBER":{"name":"Z"}}})");
    EXPECT_EQ(fault_of("\xA1\x65"s
                       "Bytes\x41\xFF"s),
              R"({"Bytes":"/w=="})");
}

TEST(Cbor, names_the_byte_of_a_fault) {
    EXPECT_EQ(fault_of("\xA1"s), "not CBOR: expected an item, found the end at byte 1");
    EXPECT_EQ(fault_of("\xA0\x00"s), "not CBOR: expected the end at byte 1");
    EXPECT_EQ(fault_of("\xA1\x65"s
                       "Cou"s),
              "not CBOR: expected 5 more bytes at byte 2");
    EXPECT_EQ(fault_of("\x1C"s), "not CBOR: expected the size of an item at byte 0");
    EXPECT_EQ(fault_of("\x1F"s), "not CBOR: expected the size of an item at byte 0");
    EXPECT_EQ(fault_of("\xA1\x01\x01"s), "not CBOR: expected a text at byte 2");
    EXPECT_EQ(fault_of("\xA1\x65"s
                       "Names\x61"s
                       "a"s),
              R"({"Names":"a"})");
    EXPECT_EQ(fault_of("\xA1\x65"s
                       "Count\xA0"s),
              "Count: expected no map, found one");
    EXPECT_EQ(fault_of("\xA1\x61\xFF\x01"s), "not CBOR: expected UTF-8 before at byte 3");
    // An array that says it has more elements than there are atoms.
    EXPECT_EQ(fault_of("\xA1\x65"s
                       "Names\x9B\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s),
              "Names: not CBOR: expected an item, found the end at byte 16");
}

TEST(Cbor, ends_deep_answers_at_a_limit) {
    const auto value = read_any_cbor(std::string(100'000, '\x81'));

    ASSERT_FALSE(value);
    EXPECT_EQ(value.error().code, ErrorCode::limit);
}

TEST(RpcV2Cbor, puts_the_operation_into_the_path) {
    Random random;
    const auto parts = serialise_request(*model(), store(), *parse_json(R"({"Count": 1})"), random);

    ASSERT_TRUE(parts);
    EXPECT_EQ(parts->uri, "/service/Depot/operation/Store");
    EXPECT_EQ(*find_header(parts->headers, "smithy-protocol"), "rpc-v2-cbor");
    EXPECT_EQ(*find_header(parts->headers, "Content-Type"), "application/cbor");

    HttpRequest request;
    request.target = "/behind/a/proxy" + parts->uri;
    request.headers = parts->headers;
    request.body = parts->body;
    const auto call = parse_request(*model(), request);
    ASSERT_TRUE(call);
    EXPECT_EQ(call->operation->name, "Store");
    EXPECT_EQ(to_json(call->params), R"({"Count":1})");
}

TEST(RpcV2Cbor, refuses_what_is_no_call) {
    HttpRequest request;
    request.target = "/service/Depot/operation/Store";
    EXPECT_EQ(parse_request(*model(), request).error().code, "UnknownOperationException");

    request.headers = {{"smithy-protocol", "rpc-v2-cbor"}};
    request.body = "\x80";
    EXPECT_EQ(parse_request(*model(), request).error().code, "SerializationException");
    request.body = "\x00"s;
    EXPECT_EQ(parse_request(*model(), request).error().message, "expected a map");
    request.target = "/service/Depot/operation/Steal";
    EXPECT_EQ(parse_request(*model(), request).error().http_status, 404);
}

TEST(RpcV2Cbor, carries_errors_with_and_without_a_model) {
    ServiceError full{.code = "Full", .message = "no room", .http_status = 409, .shape = "Full"};
    full.detail = Value::object({{"Free", 0}});
    const ServiceError plain{.code = "Throttling", .message = "slowly", .http_status = 429};

    const auto modelled = parse_response(*model(), store(), serialise_error(*model(), full, "r-1"));
    const auto other = parse_response(*model(), store(), serialise_error(*model(), plain, "r-2"));

    ASSERT_FALSE(modelled);
    EXPECT_EQ(modelled.error().code, "Full");
    EXPECT_EQ(modelled.error().message, "no room");
    EXPECT_EQ(modelled.error().http_status, 409);
    EXPECT_EQ(modelled.error().request_id, "r-1");
    EXPECT_EQ(to_json(modelled.error().detail), R"({"Free":0})");
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().code, "Throttling");
    EXPECT_EQ(other.error().message, "slowly");
}

TEST(RpcV2Cbor, says_when_an_answer_is_not_cbor) {
    const auto answer = parse_response(*model(), store(), {200, {}, "<html>"});
    const auto error = parse_response(*model(), store(), {503, {}, "<html>"});

    EXPECT_EQ(answer.error().code, "MalformedResponse");
    EXPECT_EQ(error.error().code, "Http503");
    EXPECT_EQ(error.error().message, "<html>");
}

} // namespace
