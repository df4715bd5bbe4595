#include "aws/endpoint/partition.hpp"

#include <algorithm>
#include <array>

namespace gradus::aws {
namespace {

constexpr auto partitions = std::to_array<Partition>({
    {"aws", "amazonaws.com", "api.aws", "us-east-1", "aws-global"},
    {"aws-cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn", "cn-northwest-1",
     "aws-cn-global"},
    {"aws-eusc", "amazonaws.eu", "api.amazonwebservices.eu", "eusc-de-east-1", ""},
    {"aws-iso", "c2s.ic.gov", "api.aws.ic.gov", "us-iso-east-1", "aws-iso-global"},
    {"aws-iso-b", "sc2s.sgov.gov", "api.aws.scloud", "us-isob-east-1", "aws-iso-b-global"},
    {"aws-iso-e", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk", "eu-isoe-west-1", "aws-iso-e-global"},
    {"aws-iso-f", "csp.hci.ic.gov", "api.aws.hci.ic.gov", "us-isof-south-1", "aws-iso-f-global"},
    {"aws-us-gov", "amazonaws.com", "api.aws", "us-gov-west-1", "aws-us-gov-global"},
});

struct Prefix {
    std::string_view text;
    std::string_view partition;
};
/// What stands before "-east-1" in names of regions, where it isn't that of "aws".
constexpr auto prefixes = std::to_array<Prefix>({{"cn", "aws-cn"},
                                                 {"eusc-de", "aws-eusc"},
                                                 {"us-iso", "aws-iso"},
                                                 {"us-isob", "aws-iso-b"},
                                                 {"eu-isoe", "aws-iso-e"},
                                                 {"us-isof", "aws-iso-f"},
                                                 {"us-gov", "aws-us-gov"}});

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) {
    return is_digit(c) || c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// The prefix of "PREFIX-WORD-NUMBER"; empty when the name isn't of this form.
std::string_view prefix_of(std::string_view region) {
    const std::size_t number = region.rfind('-');
    if (number == std::string_view::npos || number == 0) return {};
    const std::size_t word = region.rfind('-', number - 1);
    if (word == std::string_view::npos) return {};
    const std::string_view digits = region.substr(number + 1);
    const std::string_view middle = region.substr(word + 1, number - word - 1);
    if (digits.empty() || middle.empty() || !std::ranges::all_of(digits, is_digit) ||
        !std::ranges::all_of(middle, is_word))
        return {};
    return region.substr(0, word);
}

} // namespace

const Partition& partition_of(std::string_view region) {
    const auto named = std::ranges::find_if(partitions, [&](const Partition& partition) {
        return !region.empty() && partition.global_name == region;
    });
    if (named != partitions.end()) return *named;
    const auto prefix = std::ranges::find(prefixes, prefix_of(region), &Prefix::text);
    if (prefix == prefixes.end()) return partitions.front();
    return *std::ranges::find(partitions, prefix->partition, &Partition::name);
}

} // namespace gradus::aws
