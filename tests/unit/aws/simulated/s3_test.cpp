#include "tests/support/simulated_world.hpp"

#include <gtest/gtest.h>

namespace {

using namespace gradus;
using namespace gradus::simulated;

// A world with the bucket "shop" in us-west-2, where its client is.
struct Shop {
    Shop() {
        world.client.must("s3", "CreateBucket", R"({"Bucket": "shop",
            "CreateBucketConfiguration": {"LocationConstraint": "us-west-2"}})");
    }
    Value put(const std::string& key, const std::string& body) {
        return must("PutObject",
                    R"({"Bucket": "shop", "Key": ")" + key + R"(", "Body": ")" + body + "\"}");
    }
    Value must(const std::string& operation, const std::string& input) {
        return world.client.must("s3", operation, input);
    }
    std::string error(const std::string& operation, const std::string& input) {
        const auto error = world.client.error("s3", operation, input);
        return std::to_string(error.http_status) + ' ' + error.code;
    }

    TestWorld world{small_world(1)};
};

std::string keys(const Value& list) {
    std::string out;
    const auto add = [&](const Value& entries, std::string_view member) {
        for (std::size_t i = 0; entries.is_array() && i < entries.size(); ++i)
            out += text_at(entries[i], member) + ' ';
    };
    add(list["Contents"], "/Key");
    add(list["CommonPrefixes"], "/Prefix");
    return out;
}

TEST(SimulatedS3, keeps_what_is_put) {
    Shop shop;

    const Value put = shop.must("PutObject", R"({"Bucket": "shop", "Key": "a b/é", "Body": "hello",
        "ContentType": "text/plain", "Metadata": {"who": "me"}})");
    const Value got = shop.must("GetObject", R"({"Bucket": "shop", "Key": "a b/é"})");
    const Value head = shop.must("HeadObject", R"({"Bucket": "shop", "Key": "a b/é"})");

    EXPECT_EQ(text_at(put, "/ETag"), "\"5d41402abc4b2a76b9719d911017c592\"");
    EXPECT_EQ(got, *parse_json(R"({"Body": "hello", "AcceptRanges": "bytes",
        "LastModified": 1767225600, "ContentLength": 5, "ContentType": "text/plain",
        "ETag": "\"5d41402abc4b2a76b9719d911017c592\"", "ServerSideEncryption": "AES256",
        "Metadata": {"who": "me"}})"));
    EXPECT_EQ(head, got.without("Body"));
}

TEST(SimulatedS3, gives_the_range_that_is_asked_for) {
    Shop shop;
    shop.put("k", "0123456789");
    const auto range = [&](const std::string& header) {
        return shop.must("GetObject",
                         R"({"Bucket": "shop", "Key": "k", "Range": ")" + header + "\"}");
    };

    EXPECT_EQ(text_at(range("bytes=2-4"), "/Body"), "234");
    EXPECT_EQ(text_at(range("bytes=2-4"), "/ContentRange"), "bytes 2-4/10");
    EXPECT_EQ(text_at(range("bytes=8-99"), "/ContentRange"), "bytes 8-9/10");
    EXPECT_EQ(text_at(range("bytes=-3"), "/Body"), "789");
    EXPECT_EQ(text_at(range("bytes=7-"), "/Body"), "789");
    EXPECT_EQ(text_at(range("bytes=4-2"), "/Body"), "0123456789");
    EXPECT_EQ(text_at(range("lines=1-2"), "/Body"), "0123456789");
    EXPECT_EQ(shop.error("GetObject", R"({"Bucket": "shop", "Key": "k", "Range": "bytes=10-"})"),
              "416 InvalidRange");
}

TEST(SimulatedS3, an_empty_object_has_no_range) {
    Shop shop;
    shop.put("k", "");

    EXPECT_EQ(text_at(shop.must("GetObject", R"({"Bucket": "shop", "Key": "k"})"), "/Body"), "");
    EXPECT_EQ(shop.error("GetObject", R"({"Bucket": "shop", "Key": "k", "Range": "bytes=0-9"})"),
              "416 InvalidRange");
}

TEST(SimulatedS3, names_what_is_missing) {
    Shop shop;

    EXPECT_EQ(shop.error("GetObject", R"({"Bucket": "shop", "Key": "k"})"), "404 NoSuchKey");
    EXPECT_EQ(shop.error("HeadObject", R"({"Bucket": "shop", "Key": "k"})"), "404 NoSuchKey");
    EXPECT_EQ(shop.error("GetObject", R"({"Bucket": "none", "Key": "k"})"), "404 NoSuchBucket");
    EXPECT_EQ(shop.error("HeadBucket", R"({"Bucket": "none"})"), "404 NoSuchBucket");
    EXPECT_EQ(shop.error("CreateMultipartUpload", R"({"Bucket": "shop", "Key": "k"})"),
              "501 NotImplemented");
}

TEST(SimulatedS3, lists_in_pages_and_groups) {
    Shop shop;
    for (const char* key : {"a", "d/1", "d/2", "e/1", "f", "&<"})
        shop.put(key, "x");

    const Value first = shop.must("ListObjectsV2", R"({"Bucket": "shop", "MaxKeys": 4})");
    const Value second =
        shop.must("ListObjectsV2", R"({"Bucket": "shop", "ContinuationToken": ")" +
                                       text_at(first, "/NextContinuationToken") + "\"}");
    const Value groups =
        shop.must("ListObjectsV2", R"({"Bucket": "shop", "Delimiter": "/", "MaxKeys": 3})");
    const Value more = shop.must("ListObjectsV2",
                                 R"({"Bucket": "shop", "Delimiter": "/", "ContinuationToken": ")" +
                                     text_at(groups, "/NextContinuationToken") + "\"}");

    EXPECT_EQ(keys(first), "&< a d/1 d/2 ");
    EXPECT_EQ(keys(second), "e/1 f ");
    EXPECT_EQ(text_at(second, "/IsTruncated"), "false");
    EXPECT_EQ(keys(groups), "&< a d/ ");
    EXPECT_EQ(keys(more), "f e/ ");
    EXPECT_EQ(keys(shop.must("ListObjectsV2", R"({"Bucket": "shop", "Prefix": "d/",
        "StartAfter": "d/1"})")),
              "d/2 ");
    EXPECT_EQ(keys(shop.must("ListObjects", R"({"Bucket": "shop", "Marker": "e/1"})")), "f ");
    EXPECT_EQ(keys(shop.must("ListObjectsV2", R"({"Bucket": "shop", "EncodingType": "url",
        "MaxKeys": 1})")),
              "%26%3C ");
}

TEST(SimulatedS3, copies_with_and_without_new_metadata) {
    Shop shop;
    shop.must("PutObject", R"({"Bucket": "shop", "Key": "a b", "Body": "x",
                               "ContentType": "text/plain"})");

    shop.must("CopyObject", R"({"Bucket": "shop", "Key": "same", "CopySource": "shop/a%20b"})");
    shop.must("CopyObject", R"({"Bucket": "shop", "Key": "new", "CopySource": "/shop/a%20b",
                                "MetadataDirective": "REPLACE", "ContentType": "text/csv"})");

    const auto type = [&](const std::string& key) {
        return text_at(shop.must("GetObject", R"({"Bucket": "shop", "Key": ")" + key + "\"}"),
                       "/ContentType");
    };
    EXPECT_EQ(type("same"), "text/plain");
    EXPECT_EQ(type("new"), "text/csv");
    EXPECT_EQ(
        shop.error("CopyObject", R"({"Bucket": "shop", "Key": "x", "CopySource": "shop/none"})"),
        "404 NoSuchKey");
}

TEST(SimulatedS3, does_what_the_conditions_allow) {
    Shop shop;
    shop.put("k", "x");
    const std::string put = R"({"Bucket": "shop", "Key": "k", "Body": "y", )";
    const std::string get = R"({"Bucket": "shop", "Key": "k", )";

    EXPECT_EQ(shop.error("PutObject", put + R"("IfNoneMatch": "*"})"), "412 PreconditionFailed");
    EXPECT_EQ(shop.error("PutObject", put + R"("ContentMD5": "AAAA"})"), "400 BadDigest");
    EXPECT_EQ(shop.error("GetObject", get + R"("IfMatch": "\"0\""})"), "412 PreconditionFailed");
    EXPECT_EQ(shop.error("GetObject", get + R"("IfModifiedSince": 1767225600})"), "304 Http304");
    EXPECT_EQ(shop.error("GetObject", get + R"("ExpectedBucketOwner": "111122223333"})"),
              "403 AccessDenied");
}

TEST(SimulatedS3, deletes_objects_before_their_bucket) {
    Shop shop;
    shop.put("a", "x");
    shop.put("b", "x");

    EXPECT_EQ(shop.error("DeleteBucket", R"({"Bucket": "shop"})"), "409 BucketNotEmpty");
    shop.must("DeleteObject", R"({"Bucket": "shop", "Key": "a"})");
    const Value deleted = shop.must("DeleteObjects", R"({"Bucket": "shop",
        "Delete": {"Objects": [{"Key": "b"}, {"Key": "never"}]}})");
    shop.must("DeleteBucket", R"({"Bucket": "shop"})");

    EXPECT_EQ(deleted["Deleted"].size(), 2U);
    const Value left = shop.must("ListBuckets", "{}");
    EXPECT_EQ(left["Buckets"].size(), 0U);
}

TEST(SimulatedS3, buckets_have_a_region_and_good_names) {
    Shop shop;

    EXPECT_EQ(shop.error("CreateBucket", R"({"Bucket": "other"})"),
              "400 IllegalLocationConstraintException");
    EXPECT_EQ(shop.error("CreateBucket", R"({"Bucket": "Not_A_Name"})"), "400 InvalidBucketName");
    EXPECT_EQ(shop.error("CreateBucket", R"({"Bucket": "shop",
        "CreateBucketConfiguration": {"LocationConstraint": "us-west-2"}})"),
              "409 BucketAlreadyOwnedByYou");
}

// The answer to a PUT of "k" whose body comes in pieces; nobody checks its signature.
aws::HttpResponse put_in_pieces(SimulatedAws& aws, std::string body) {
    aws::HttpRequest request;
    request.method = "PUT";
    request.target = "/k";
    request.headers = {{"Host", "shop.s3.us-west-2.amazonaws.com"},
                       {"Content-Encoding", "aws-chunked,gzip"},
                       {"X-Amz-Content-Sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"}};
    request.body = std::move(body);
    return aws.handle(request, test_start());
}

TEST(SimulatedS3, tells_where_a_bucket_is) {
    Shop shop;

    EXPECT_EQ(shop.must("GetBucketLocation", R"({"Bucket": "shop"})"),
              Value::object({{"LocationConstraint", Value("us-west-2")}}));
    EXPECT_EQ(text_at(shop.must("HeadBucket", R"({"Bucket": "shop"})"), "/BucketRegion"),
              "us-west-2");
}

TEST(SimulatedS3, joins_a_body_that_comes_in_pieces) {
    WorldOptions options = small_world(1);
    options.check_signatures = false;
    TestWorld world(std::move(options));
    world.client.must("s3", "CreateBucket", R"({"Bucket": "shop",
        "CreateBucketConfiguration": {"LocationConstraint": "us-west-2"}})");

    const auto put = put_in_pieces(
        world.aws,
        "3;chunk-signature=x\r\nhel\r\n2\r\nlo\r\n0\r\nx-amz-checksum-crc32:abc\r\n\r\n");
    const Value got = world.client.must("s3", "GetObject", R"({"Bucket": "shop", "Key": "k"})");

    EXPECT_EQ(put.status, 200);
    EXPECT_EQ(text_at(got, "/Body"), "hello");
    EXPECT_EQ(text_at(got, "/ContentEncoding"), "gzip");
    for (const char* cut :
         {"", "3", "3\r\nhe", "3\r\nhello", "fffffffffffffffff\r\nx\r\n", "x\r\n"})
        EXPECT_EQ(put_in_pieces(world.aws, cut).status, 400) << cut;
}

TEST(SimulatedS3, says_that_it_does_not_believe_a_signature) {
    Shop shop;
    shop.world.client.credentials.secret_access_key = "guessed";
    EXPECT_EQ(shop.error("ListBuckets", "{}"), "403 SignatureDoesNotMatch");
    shop.world.client.credentials.access_key_id = "NOBODYS";
    EXPECT_EQ(shop.error("ListBuckets", "{}"), "403 InvalidAccessKeyId");
}

} // namespace
