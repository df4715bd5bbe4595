#include "aws/simulated/services.hpp"
#include "aws/simulated/world.hpp"

#include <algorithm>

namespace gradus::simulated {

namespace {

// AWS STS API reference, AssumeRole: an hour unless asked for otherwise.
constexpr std::int64_t session_seconds = 3600;

Outcome get_caller_identity(ApiCall& call) {
    const std::string account = call.world.options.account_id;
    if (call.access_key_id.starts_with("ASIA"))
        return Value::object(
            {{"UserId", Value("AROASIMULATED:" + call.access_key_id)},
             {"Account", Value(account)},
             {"Arn", Value("arn:aws:sts::" + account + ":assumed-role/simulated/session")}});
    return Value::object({{"UserId", Value("AIDASIMULATED")},
                          {"Account", Value(account)},
                          {"Arn", Value("arn:aws:iam::" + account + ":user/simulated")}});
}

Outcome assume_role(ApiCall& call) {
    const std::string role = text(call.params["RoleArn"]);
    const std::string session = text(call.params["RoleSessionName"]);
    const std::size_t place = role.find(":role/");
    if (!role.starts_with("arn:") || place == std::string::npos)
        return fault("ValidationError", role + " is invalid");
    const std::string key = "ASIA" + call.world.new_id("", 16);
    const std::string secret = call.world.new_id("", 40);
    call.world.session_secrets[key] = secret;
    const std::int64_t seconds = integer(call.params["DurationSeconds"], session_seconds);
    const std::string account = call.world.options.account_id;
    return Value::object(
        {{"Credentials",
          Value::object(
              {{"AccessKeyId", Value(key)},
               {"SecretAccessKey", Value(secret)},
               {"SessionToken", Value("simulated-" + key)},
               {"Expiration", time_value(call.world.now + std::chrono::seconds(seconds))}})},
         {"AssumedRoleUser",
          Value::object({{"AssumedRoleId", Value("AROASIMULATED:" + session)},
                         {"Arn", Value("arn:aws:sts::" + account + ":assumed-role/" +
                                       role.substr(place + 6) + '/' + session)}})}});
}

constexpr OperationRow rows[] = {
    {"GetCallerIdentity", get_caller_identity},
    {"AssumeRole", assume_role},
};

} // namespace

std::span<const OperationRow> sts_operations() { return rows; }

} // namespace gradus::simulated
