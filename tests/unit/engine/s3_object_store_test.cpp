#include "engine/integrations/s3_object_store.hpp"

#include "gradus/json.hpp"

#include <gtest/gtest.h>

#include <deque>

namespace gradus {
namespace {

/// Keeps calls and answers them in order with what was prepared, when asked to.
class PreparedClient final : public aws::Client {
public:
    aws::CallId call(aws::Call call, aws::CallCompletion done) override {
        calls.push_back(std::move(call));
        waiting_.push_back(std::move(done));
        return calls.size();
    }
    void cancel(aws::CallId id) override { cancelled.push_back(id); }

    void answer(aws::CallResult result) {
        const aws::CallCompletion done = std::move(waiting_.front());
        waiting_.pop_front();
        done(std::move(result));
    }
    void answer(std::string_view output) { answer(aws::CallOutput{*parse_json(output)}); }

    std::vector<aws::Call> calls;
    std::vector<aws::CallId> cancelled;

private:
    std::deque<aws::CallCompletion> waiting_;
};

aws::CallError service_error(std::string code, std::string message, int status) {
    aws::CallError out;
    out.code = std::move(code);
    out.message = std::move(message);
    out.http_status = status;
    out.request_id = "R1";
    out.extended_request_id = "X1";
    return out;
}

/// The last answer, whatever it is of.
template <typename T>
struct Answer {
    std::optional<std::variant<T, ObjectStore::Error>> got;
    ObjectStore::Completion<T> sink() {
        return [this](std::variant<T, ObjectStore::Error> answer) { got = std::move(answer); };
    }
    const T& value() const { return std::get<T>(*got); }
    const std::string& error() const { return std::get<ObjectStore::Error>(*got).message; }
};

const Value named = *parse_json(R"({"Bucket": "b", "Key": "k", "Prefix": "p/"})");

TEST(S3ObjectStore, reads_a_range_and_knows_the_end) {
    PreparedClient client;
    S3ObjectStore store(client);
    Answer<ObjectChunk> answer;

    store.read(named, 4, 3, answer.sink());
    EXPECT_EQ(client.calls[0].operation, "GetObject");
    EXPECT_EQ(client.calls[0].input,
              *parse_json(R"({"Bucket": "b", "Key": "k", "Range": "bytes=4-6"})"));
    client.answer(R"({"Body": "abc", "ContentRange": "bytes 4-6/8"})");
    EXPECT_EQ(answer.value().bytes, "abc");
    EXPECT_FALSE(answer.value().is_last);

    store.read(named, 7, 3, answer.sink());
    client.answer(R"({"Body": "d", "ContentRange": "bytes 7-7/8"})");
    EXPECT_EQ(answer.value().bytes, "d");
    EXPECT_TRUE(answer.value().is_last);
}

TEST(S3ObjectStore, an_empty_object_has_no_range_and_is_read_all_the_same) {
    PreparedClient client;
    S3ObjectStore store(client);
    Answer<ObjectChunk> answer;

    store.read(named, 0, 10, answer.sink());
    client.answer(service_error("InvalidRange", "The requested range is not satisfiable", 416));

    EXPECT_EQ(answer.value().bytes, "");
    EXPECT_TRUE(answer.value().is_last);
}

TEST(S3ObjectStore, takes_the_whole_from_who_knows_no_ranges_but_never_twice) {
    PreparedClient client;
    S3ObjectStore store(client);
    Answer<ObjectChunk> answer;

    store.read(named, 0, 2, answer.sink());
    client.answer(R"({"Body": "whole"})");
    EXPECT_EQ(answer.value().bytes, "whole");
    EXPECT_TRUE(answer.value().is_last);

    store.read(named, 2, 2, answer.sink());
    client.answer(R"({"Body": "whole"})");
    EXPECT_EQ(answer.error(),
              "The object can't be read in pieces: S3 answered without Content-Range");
}

TEST(S3ObjectStore, words_errors_as_aws_does) {
    PreparedClient client;
    S3ObjectStore store(client);
    Answer<ObjectChunk> answer;

    store.read(named, 0, 2, answer.sink());
    client.answer(service_error("NoSuchKey", "The specified key does not exist.", 404));

    EXPECT_EQ(answer.error(), "The specified key does not exist. (Service: S3, Status Code: 404, "
                              "Request ID: R1, Extended Request ID: X1)");
}

TEST(S3ObjectStore, lists_page_after_page) {
    PreparedClient client;
    S3ObjectStore store(client);
    Answer<ObjectListing> answer;

    store.list(named, Value(), answer.sink());
    EXPECT_EQ(client.calls[0].operation, "ListObjectsV2");
    EXPECT_EQ(client.calls[0].input, *parse_json(R"({"Bucket": "b", "Prefix": "p/"})"));
    client.answer(R"({"IsTruncated": true, "NextContinuationToken": "t", "Contents": [
        {"Key": "p/1", "ETag": "\"e\"", "LastModified": 1700000000, "Size": 7,
         "StorageClass": "GLACIER"}]})");
    const ObjectEntry& object = answer.value().objects.at(0);
    EXPECT_EQ(object.key, "p/1");
    EXPECT_EQ(object.etag, "\"e\"");
    EXPECT_EQ(object.last_modified_seconds, 1'700'000'000);
    EXPECT_EQ(object.size, 7U);
    EXPECT_EQ(object.storage_class, "GLACIER");
    const Value next = answer.value().next;

    store.list(named, next, answer.sink());
    EXPECT_EQ(client.calls[1].input["ContinuationToken"], Value("t"));
    client.answer(R"({"IsTruncated": false})");
    EXPECT_TRUE(answer.value().objects.empty());
    EXPECT_TRUE(answer.value().next.is_null());
}

TEST(S3ObjectStore, writes_an_object) {
    PreparedClient client;
    S3ObjectStore store(client);
    Answer<std::monostate> answer;

    store.write(named, "p/x/manifest.json", "{}", answer.sink());
    EXPECT_EQ(client.calls[0].operation, "PutObject");
    EXPECT_EQ(client.calls[0].input,
              *parse_json(R"({"Bucket": "b", "Key": "p/x/manifest.json", "Body": "{}",
                              "ContentType": "application/json"})"));
    client.answer("{}");

    EXPECT_TRUE(answer.got && std::holds_alternative<std::monostate>(*answer.got));
}

TEST(S3ObjectStore, gives_up_its_open_calls_when_it_goes) {
    PreparedClient client;
    {
        S3ObjectStore store(client);
        Answer<ObjectChunk> answer;
        store.read(named, 0, 1, answer.sink());
        client.answer(R"({"Body": "x"})");
        store.read(named, 0, 1, answer.sink());
    }

    EXPECT_EQ(client.cancelled, std::vector<aws::CallId>{2});
}

} // namespace
} // namespace gradus
