#include "aws/simulated/quotas.hpp"
#include "aws/simulated/services.hpp"

#include <algorithm>

namespace gradus::simulated {

namespace {

Value describe(const ApiCall& call, const QuotaRow& row, double value) {
    return Value::object({{"ServiceCode", Value("ec2")},
                          {"ServiceName", Value("Amazon Elastic Compute Cloud (Amazon EC2)")},
                          {"QuotaArn", Value(call.world.arn("servicequotas", call.region,
                                                            "ec2/" + std::string(row.code)))},
                          {"QuotaCode", Value(row.code)},
                          {"QuotaName", Value(row.name)},
                          {"Value", Value(value)},
                          {"Unit", Value("None")},
                          {"Adjustable", Value(true)},
                          {"GlobalQuota", Value(false)}});
}

const QuotaRow* find_row(const ApiCall& call) {
    const std::string code = text(call.params["QuotaCode"]);
    if (text(call.params["ServiceCode"]) != "ec2") return nullptr;
    for (const QuotaRow& row : ec2_quotas())
        if (row.code == code) return &row;
    return nullptr;
}

aws::ServiceError no_such_quota() {
    return fault("NoSuchResourceException",
                 "The request failed because the specified service quota does not exist.");
}

Outcome get_service_quota(ApiCall& call) {
    const QuotaRow* row = find_row(call);
    if (row == nullptr) return no_such_quota();
    return Value::object({{"Quota", describe(call, *row, quota_value(call.world, row->code))}});
}

Outcome get_default_quota(ApiCall& call) {
    const QuotaRow* row = find_row(call);
    if (row == nullptr) return no_such_quota();
    return Value::object({{"Quota", describe(call, *row, row->default_vcpus)}});
}

Outcome list_service_quotas(ApiCall& call) {
    std::vector<Value> out;
    const std::string code = text(call.params["QuotaCode"]);
    if (text(call.params["ServiceCode"]) == "ec2")
        for (const QuotaRow& row : ec2_quotas())
            if (code.empty() || row.code == code)
                out.push_back(describe(call, row, quota_value(call.world, row.code)));
    const std::int64_t size = std::min<std::int64_t>(100, integer(call.params["MaxResults"], 100));
    GRADUS_TRY(Page page,
               page_of(out, call.params["NextToken"], size, "InvalidPaginationTokenException"));
    Value answer = Value::object({{"Quotas", Value(std::move(page.items))}});
    if (page.next_token.empty()) return answer;
    return std::move(answer).with("NextToken", Value(page.next_token));
}

constexpr OperationRow rows[] = {
    {"GetServiceQuota", get_service_quota},
    {"GetAWSDefaultServiceQuota", get_default_quota},
    {"ListServiceQuotas", list_service_quotas},
};

} // namespace

std::span<const OperationRow> service_quotas_operations() { return rows; }

} // namespace gradus::simulated
