#pragma once
// A client of a SimulatedAws for tests: calls by service, operation and parameters go through
// the real serialisers, signatures and parsers, and time is moved by hand.

#include "aws/endpoint/endpoint.hpp"
#include "aws/model/models.hpp"
#include "aws/protocol/client_side.hpp"
#include "aws/simulated/simulated_aws.hpp"

#include "gradus/aws/signer.hpp"
#include "gradus/json.hpp"

#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

namespace gradus::simulated {

/// 2026-01-01T00:00:00Z.
inline constexpr std::int64_t test_start_seconds = 1'767'225'600;
inline Timestamp test_start() { return timestamp_of(test_start_seconds * 1000); }

class SimulatedClient {
public:
    explicit SimulatedClient(SimulatedAws& aws, std::string region = "us-west-2")
        : aws_(aws), region_(std::move(region)) {}

    aws::Credentials credentials{"AKIDSIMULATED", "simulated-secret", "", std::nullopt};

    /// A signed request as a real client would send it.
    aws::HttpRequest request(std::string_view service, std::string_view operation,
                             const Value& params, const std::string& region) {
        const auto model = models_.get(service);
        const aws::Operation* found = (*model)->find_operation(operation);
        GRADUS_ASSERT(found != nullptr);
        const auto parts = aws::serialise_request(**model, *found, params, random_);
        GRADUS_ASSERT(parts.has_value());
        const auto endpoint = endpoint_rules_.resolve(
            *model, {.operation = *found, .input = params, .region = region}, {});
        GRADUS_ASSERT(endpoint.has_value());
        aws::HttpRequest out;
        out.host = endpoint->url.host;
        out.method = parts->method;
        out.target = endpoint->target(*found, parts->uri);
        out.headers = parts->headers;
        out.body = parts->body;
        aws::set_header(out.headers, "Host", endpoint->url.host_header());
        aws::RequestToSign to_sign;
        to_sign.method = out.method;
        const std::size_t mark = out.target.find('?');
        to_sign.path = out.target.substr(0, mark);
        if (mark != std::string::npos) to_sign.query = out.target.substr(mark + 1);
        to_sign.headers = out.headers;
        to_sign.body = out.body;
        aws::SigningOptions options;
        options.region = endpoint->signing_region;
        options.service = endpoint->signing_name;
        options.normalize_path = options.double_encode_path = !endpoint->signs_path_as_it_is;
        options.add_content_sha256_header = service == "s3";
        options.epoch_seconds = epoch_milliseconds(aws_.now()) / 1000;
        out.headers = aws::sign(to_sign, credentials, options).headers;
        return out;
    }

    Result<Value, aws::ServiceError> call_in(const std::string& region, std::string_view service,
                                             std::string_view operation, const Value& params) {
        const aws::HttpRequest sent = request(service, operation, params, region);
        const aws::HttpResponse answer = aws_.handle(sent, aws_.now());
        const auto model = models_.get(service);
        auto parsed = aws::parse_response(**model, *(*model)->find_operation(operation), answer);
        if (!parsed) return parsed.error();
        return std::move(parsed->output);
    }

    Result<Value, aws::ServiceError> call(std::string_view service, std::string_view operation,
                                          std::string_view json = "{}") {
        return call_in(region_, service, operation, *parse_json(json));
    }

    /// A call that must succeed.
    Value must(std::string_view service, std::string_view operation, std::string_view json = "{}") {
        const auto answer = call(service, operation, json);
        if (!answer) {
            std::cerr << operation << ": " << answer.error().code << ": " << answer.error().message
                      << '\n';
            std::abort();
        }
        return *answer;
    }

    /// The error of a call that must fail.
    aws::ServiceError error(std::string_view service, std::string_view operation,
                            std::string_view json = "{}") {
        const auto answer = call(service, operation, json);
        if (!answer) return answer.error();
        std::cerr << operation << ": expected an error, got " << to_json(*answer) << '\n';
        std::abort();
    }

    void pass(std::chrono::milliseconds span) { aws_.advance(aws_.now() + span); }

private:
    SimulatedAws& aws_;
    std::string region_;
    aws::ModelCache models_;
    aws::EndpointRules endpoint_rules_;
    Random random_{7, 0};
};

} // namespace gradus::simulated
