// Answers that are streams of events. Messages are put together here, with zlib's checksum.
#include "aws/protocol/event_stream.hpp"

#include "aws/model/models.hpp"
#include "aws/protocol/client_side.hpp"

#include "gradus/json.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

namespace {

using namespace gradus;
using namespace gradus::aws;
using namespace std::literals;

std::string big_endian(std::uint64_t number, int bytes) {
    std::string out;
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
        out += static_cast<char>(number >> shift);
    return out;
}

std::string checksum(const std::string& bytes) {
    return big_endian(
        crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())), 4);
}

std::string header(std::string_view name, const std::string& typed_value) {
    return big_endian(name.size(), 1) + std::string(name) + typed_value;
}
std::string text_header(std::string_view name, std::string_view text) {
    return header(name, "\x07"s + big_endian(text.size(), 2) + std::string(text));
}

std::string message(const std::string& headers, const std::string& payload) {
    std::string out =
        big_endian(16 + headers.size() + payload.size(), 4) + big_endian(headers.size(), 4);
    out += checksum(out);
    out += headers + payload;
    return out + checksum(out);
}

std::string event(std::string_view name, std::string_view content_type,
                  const std::string& payload) {
    return message(text_header(":message-type", "event") + text_header(":event-type", name) +
                       text_header(":content-type", content_type),
                   payload);
}

Result<ServiceOutput, ServiceError> select_object(std::string body) {
    static const std::shared_ptr<const ServiceModel> s3 = *ModelCache().get("s3");
    return parse_response(*s3, *s3->find_operation("SelectObjectContent"),
                          {200, {{"x-amz-request-id", "r-1"}}, std::move(body)});
}

TEST(EventStream, of_s3_is_the_list_of_its_events) {
    const auto result =
        select_object(event("Records", "application/octet-stream", "1,2\n") +
                      event("Records", "application/octet-stream", "\xFF") +
                      event("Stats", "text/xml", "<Stats><BytesScanned>7</BytesScanned></Stats>") +
                      event("FromTheFuture", "text/xml", "<X/>") + event("End", "", ""));

    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(to_json(result->output),
              R"({"Payload":[{"Records":{"Payload":"1,2\n"}},{"Records":{"Payload":"/w=="}},)"
              R"({"Stats":{"Details":{"BytesScanned":7}}},{"End":{}}]})");
    EXPECT_EQ(result->request_id, "r-1");
}

TEST(EventStream, that_ends_with_an_error_is_an_error) {
    const auto result = select_object(event("Records", "application/octet-stream", "1") +
                                      message(text_header(":message-type", "error") +
                                                  text_header(":error-code", "InternalError") +
                                                  text_header(":error-message", "We broke"),
                                              ""));

    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, "InternalError");
    EXPECT_EQ(result.error().message, "We broke");
    EXPECT_EQ(result.error().request_id, "r-1");
}

std::shared_ptr<const ServiceModel> feed() {
    return *ServiceModel::load(*parse_json(R"({
        "metadata": {"protocol": "json"},
        "operations": {"Listen": {"output": {"shape": "Out"}},
                       "Speak": {"input": {"shape": "Out"}}},
        "shapes": {
            "Out": {"type": "structure", "members": {"Stream": {"shape": "Events"},
                                                     "Id": {"type": "string"}}},
            "Events": {"type": "structure", "eventstream": true, "members": {
                "Plain": {"type": "structure", "members": {
                    "Text": {"type": "string"}, "Count": {"type": "integer"},
                    "At": {"type": "timestamp"}, "Is": {"type": "boolean"},
                    "Raw": {"type": "blob"}, "Small": {"type": "integer"}}},
                "Closed": {"shape": "Closed"}}},
            "Closed": {"type": "structure", "exception": true,
                       "members": {"message": {"type": "string"}, "Code": {"type": "integer"}}}}})"));
}
Result<ServiceOutput, ServiceError> listen(std::string body) {
    const auto model = feed();
    return parse_response(*model, *model->find_operation("Listen"), {200, {}, std::move(body)});
}

TEST(EventStream, takes_members_from_headers_the_payload_and_the_initial_response) {
    const auto result =
        listen(event("initial-response", "application/json", R"({"Id": "i"})") +
               message(text_header(":message-type", "event") + text_header(":event-type", "Plain") +
                           text_header(":content-type", "application/json") +
                           header("Count", "\x04"s + big_endian(0xFFFFFFFEU, 4)) +
                           header("Small", "\x02\x7F"s) + header("Is", "\x00"s) +
                           header("At", "\x08"s + big_endian(1'500, 8)) +
                           header("Raw", "\x06"s + big_endian(2, 2) + "ab"),
                       R"({"Text": "t"})"));

    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->output, *parse_json(R"({"Id": "i", "Stream": [{"Plain": {"Count": -2,
        "Small": 127, "Is": true, "At": 1.5, "Raw": "ab", "Text": "t"}}]})"));
}

TEST(EventStream, names_a_modelled_exception) {
    const auto result = listen(message(text_header(":message-type", "exception") +
                                           text_header(":exception-type", "Closed") +
                                           text_header(":content-type", "application/json"),
                                       R"({"message": "for today", "Code": 3})"));

    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().shape, "Closed");
    EXPECT_EQ(result.error().message, "for today");
    const ServiceError error = result.error();
    EXPECT_EQ(error.detail["Code"], Value(3));
}

TEST(EventStream, says_where_it_is_damaged) {
    const std::string good = event("Plain", "application/json", "{}");
    const auto fault = [&good](std::string damaged) {
        const auto result = listen(good + damaged);
        return result ? "" : result.error().code + ' ' + result.error().message;
    };
    const std::string at = " in the message at byte " + std::to_string(good.size());
    const std::string begin = "MalformedResponse not an event stream: expected ";
    std::string flipped = good;
    flipped[good.size() / 2] ^= 1;
    std::string lengths = good;
    lengths[3] ^= 1;
    const std::string huge = "\xFF\xFF\xFF\xFF\x00\x00\x00\x00"s;

    EXPECT_EQ(fault(""), "");
    EXPECT_EQ(fault("abc"), begin + "a prelude" + at);
    EXPECT_EQ(fault(lengths), begin + "another checksum of its lengths" + at);
    EXPECT_EQ(fault(flipped), begin + "another checksum" + at);
    EXPECT_EQ(fault(good.substr(0, good.size() - 1)), begin + "lengths that fit" + at);
    EXPECT_EQ(fault(huge + checksum(huge)), begin + "lengths that fit" + at);
    EXPECT_EQ(fault(message(header("x", "\x0A"s), "")), begin + "headers" + at);
    EXPECT_EQ(fault(message(header("x", "\x07\x00\x09"s), "")), begin + "headers" + at);
}

TEST(EventStream, is_not_sent) {
    Random random;
    const auto model = feed();
    const auto parts =
        serialise_request(*model, *model->find_operation("Speak"), Value::object(), random);

    ASSERT_FALSE(parts);
    EXPECT_EQ(parts.error().code, ErrorCode::unsupported);
}

} // namespace
