#include "aws/model/models.hpp"

#include "gradus/json.hpp"

#include <zstd.h>

#include <array>

// Made by the build from aws/models/*.json (tools/cmake/embed_file.cmake).
namespace gradus::aws::embedded {
#define GRADUS_EMBEDDED(symbol)                                                                    \
    extern const unsigned char symbol[];                                                           \
    extern const std::size_t symbol##_size;
GRADUS_EMBEDDED(autoscaling)
GRADUS_EMBEDDED(cloudwatch)
GRADUS_EMBEDDED(dynamodb)
GRADUS_EMBEDDED(ec2)
GRADUS_EMBEDDED(ecs)
GRADUS_EMBEDDED(events)
GRADUS_EMBEDDED(lambda)
GRADUS_EMBEDDED(s3)
GRADUS_EMBEDDED(secretsmanager)
GRADUS_EMBEDDED(service_quotas)
GRADUS_EMBEDDED(sns)
GRADUS_EMBEDDED(sqs)
GRADUS_EMBEDDED(ssm)
GRADUS_EMBEDDED(states)
GRADUS_EMBEDDED(sts)
#undef GRADUS_EMBEDDED
} // namespace gradus::aws::embedded

namespace gradus::aws {

namespace {

using namespace embedded;

// Far above the largest model; guards against a damaged frame header.
constexpr std::size_t model_bytes_max = std::size_t{16} * 1024 * 1024;

const std::array models = {
    BuiltInModel{"autoscaling", "autoscaling", "autoscaling", autoscaling, &autoscaling_size},
    BuiltInModel{"cloudwatch", "cloudwatch", "monitoring", cloudwatch, &cloudwatch_size},
    BuiltInModel{"dynamodb", "dynamodb", "dynamodb", dynamodb, &dynamodb_size},
    BuiltInModel{"ec2", "ec2", "ec2", ec2, &ec2_size},
    BuiltInModel{"ecs", "ecs", "ecs", ecs, &ecs_size},
    BuiltInModel{"events", "eventbridge", "events", events, &events_size},
    BuiltInModel{"lambda", "lambda", "lambda", lambda, &lambda_size},
    BuiltInModel{"s3", "s3", "s3", s3, &s3_size},
    BuiltInModel{"secretsmanager", "secretsmanager", "secretsmanager", secretsmanager,
                 &secretsmanager_size},
    BuiltInModel{"service-quotas", "servicequotas", "servicequotas", service_quotas,
                 &service_quotas_size},
    BuiltInModel{"sns", "sns", "sns", sns, &sns_size},
    BuiltInModel{"sqs", "sqs", "sqs", sqs, &sqs_size},
    BuiltInModel{"ssm", "ssm", "ssm", ssm, &ssm_size},
    BuiltInModel{"states", "sfn", "states", states, &states_size},
    BuiltInModel{"sts", "sts", "sts", sts, &sts_size},
};

} // namespace

std::span<const BuiltInModel> built_in_models() { return models; }

const BuiltInModel* find_built_in_model(std::string_view name) {
    for (const BuiltInModel& model : models)
        if (model.name == name || model.sdk_name == name || model.endpoint_prefix == name)
            return &model;
    return nullptr;
}

Result<std::shared_ptr<const ServiceModel>> load_built_in_model(const BuiltInModel& model) {
    const unsigned long long size =
        ZSTD_getFrameContentSize(model.compressed, *model.compressed_size);
    if (size > model_bytes_max)
        return Error{ErrorCode::internal, "model " + std::string(model.name) + " is damaged"};
    std::string text(static_cast<std::size_t>(size), '\0');
    const std::size_t got =
        ZSTD_decompress(text.data(), text.size(), model.compressed, *model.compressed_size);
    if (got != text.size())
        return Error{ErrorCode::internal, "model " + std::string(model.name) + " is damaged"};
    const Result<Value, JsonError> document = parse_json(text);
    if (!document) return Error{ErrorCode::syntax, document.error().message};
    return ServiceModel::load(*document);
}

Result<std::shared_ptr<const ServiceModel>> ModelCache::get(std::string_view service) {
    if (const auto found = models_.find(std::string(service)); found != models_.end())
        return found->second;
    const BuiltInModel* built_in = find_built_in_model(service);
    if (built_in == nullptr)
        return Error{ErrorCode::not_found,
                     "no model of the AWS service '" + std::string(service) + "' is built in"};
    std::shared_ptr<const ServiceModel>& model = models_[std::string(built_in->name)];
    if (model == nullptr) {
        GRADUS_TRY(model, load_built_in_model(*built_in));
    }
    // A copy first: the map may move its elements when the alias is put.
    const std::shared_ptr<const ServiceModel> result = model;
    models_[std::string(service)] = result;
    return result;
}

void ModelCache::put(std::string_view service, std::shared_ptr<const ServiceModel> model) {
    models_[std::string(service)] = std::move(model);
}

} // namespace gradus::aws
