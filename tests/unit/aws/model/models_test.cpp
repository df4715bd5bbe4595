#include "aws/model/models.hpp"

#include "gradus/json.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace {

using namespace gradus;
using namespace gradus::aws;

TEST(BuiltInModels, ec2_describes_instances) {
    ModelCache cache;
    const auto model = *cache.get("ec2");

    const Operation* operation = model->find_operation("DescribeInstances");
    ASSERT_NE(operation, nullptr);
    EXPECT_EQ(model->metadata().protocol, Protocol::ec2);
    EXPECT_EQ(model->metadata().api_version, "2016-11-15");
    const StructureMember* reservations = operation->output.shape->find_member("Reservations");
    ASSERT_NE(reservations, nullptr);
    EXPECT_EQ(reservations->wire_name(), "reservationSet");
    EXPECT_EQ(reservations->ref.shape->element.location_name, "item");
    EXPECT_EQ(operation->output.shape->find_member_by_wire_name("reservationSet"), reservations);
}

TEST(BuiltInModels, name_the_errors_of_operations) {
    ModelCache cache;
    const auto sns = *cache.get("sns");

    const Operation& publish = *sns->find_operation("Publish");
    EXPECT_EQ(sns->find_error(publish, "NotFound")->name, "NotFoundException");
    EXPECT_EQ(sns->find_error(publish, "NotFoundException")->error_http_status, 404);
    EXPECT_EQ(sns->find_error(publish, "Throttled")->name, "ThrottledException");
    EXPECT_EQ(sns->find_error(publish, "SomethingElse"), nullptr);
}

TEST(BuiltInModels, say_what_values_a_result_may_have) {
    ModelCache cache;

    const Shape& configuration = *(*cache.get("lambda"))
                                      ->find_operation("GetFunction")
                                      ->output.shape->find_member("Configuration")
                                      ->ref.shape;
    const Shape& memory_size = *configuration.find_member("MemorySize")->ref.shape;
    EXPECT_EQ(memory_size.min, 128);
    EXPECT_EQ(memory_size.max, 10240);
    const Shape& object = *(*cache.get("s3"))->find_operation("GetObject")->output.shape;
    const auto& storage_classes = object.find_member("StorageClass")->ref.shape->enumeration;
    EXPECT_NE(std::ranges::find(storage_classes, "GLACIER_IR"), storage_classes.end());
}

TEST(ServiceModel, resolves_shapes_in_circles) {
    const Value document = *parse_json(R"({"metadata": {"protocol": "json"},
        "shapes": {"Tree": {"type": "structure", "members": {"next": {"shape": "Tree"}}}},
        "operations": {"Grow": {"input": {"shape": "Tree"}}}})");

    const auto model = ServiceModel::load(document);

    ASSERT_TRUE(model) << model.error().message;
    const Shape* tree = (*model)->find_shape("Tree");
    EXPECT_EQ(tree->members[0].ref.shape, tree);
    EXPECT_EQ((*model)->find_operation("Grow")->input.shape, tree);
}

TEST(ServiceModel, says_where_a_model_is_wrong) {
    const Value unknown_shape = *parse_json(R"({"metadata": {"protocol": "json"},
        "operations": {"Grow": {"input": {"shape": "Tree"}}}})");
    const Value unknown_type = *parse_json(R"({"metadata": {"protocol": "json"},
        "shapes": {"A": {"type": "tensor"}}, "operations": {}})");
    const Value no_element = *parse_json(R"({"metadata": {"protocol": "json"},
        "shapes": {"A": {"type": "list"}}, "operations": {}})");

    EXPECT_EQ(ServiceModel::load(unknown_shape).error().message,
              "unknown shape 'Tree' at /operations/Grow/input of the model");
    EXPECT_EQ(ServiceModel::load(unknown_type).error().message,
              "unknown type 'tensor' at /shapes/A/type of the model");
    EXPECT_EQ(ServiceModel::load(no_element).error().message,
              "expected an object at /shapes/A/member of the model");
    EXPECT_FALSE(ServiceModel::load(Value(1)));
}

} // namespace
