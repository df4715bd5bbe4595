#include "tests/support/faults.hpp"

#include <gtest/gtest.h>

namespace gradus {
namespace {

/// A definition with one distributed Map M; `config` and `fields` are members of ProcessorConfig
/// and of the state, `states` those of its processor.
Faults map_faults(const std::string& config, const std::string& fields = "",
                  const std::string& states = R"("I": {"Type": "Succeed"})") {
    return faults(R"({"StartAt": "M", "States": {"M": {"Type": "Map", "End": true, )" + fields +
                  R"("ItemProcessor": {"ProcessorConfig": {)" + config +
                  R"(}, "StartAt": "I", "States": {)" + states + "}}}}}");
}
constexpr const char* standard = R"("Mode": "DISTRIBUTED", "ExecutionType": "STANDARD")";
constexpr const char* express = R"("Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS")";
const std::string config_at = "/States/M/ItemProcessor/ProcessorConfig";

TEST(CheckMaps, knows_modes_and_execution_types) {
    EXPECT_EQ(map_faults(standard), Faults{});
    EXPECT_EQ(map_faults(R"("Mode": "DISTRIBUTED")"),
              (Faults{config_at + ": The field 'ExecutionType' is required but was missing"}));
    EXPECT_EQ(map_faults(R"("Mode": "DISTRIBUTE")"),
              (Faults{config_at + "/Mode: The field 'Mode' should have one of these values: "
                                  "[INLINE, DISTRIBUTED]"}));
    EXPECT_EQ(map_faults(R"("Mode": "DISTRIBUTED", "ExecutionType": "FAST")"),
              (Faults{config_at + "/ExecutionType: The field 'ExecutionType' should have one of "
                                  "these values: [STANDARD, EXPRESS]"}));
    EXPECT_EQ(map_faults(R"("Mode": "INLINE", "Modus": 1)"),
              (Faults{config_at + "/Modus: Field 'Modus' is not supported"}));
    EXPECT_EQ(map_faults(R"("Mode": "INLINE", "ExecutionType": "STANDARD")"),
              (Faults{"warning DISCARDED_FIELD " + config_at +
                      "/ExecutionType: ExecutionType has no effect unless Mode is DISTRIBUTED"}));
    EXPECT_EQ(state_faults(R"("Type": "Parallel", "End": true, "Branches": [{"ProcessorConfig": {},
                  "StartAt": "B", "States": {"B": {"Type": "Succeed"}}}])"),
              (Faults{"/States/A/Branches/0/ProcessorConfig: Field 'ProcessorConfig' is not "
                      "supported"}));
}

TEST(CheckMaps, keeps_distributed_maps_out_of_express_workflows) {
    const std::string definition = R"({"StartAt": "M", "States": {"M": {"Type": "Map", "End": true,
        "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
        "StartAt": "I", "States": {"I": {"Type": "Succeed"}}}}}})";

    EXPECT_EQ(faults(definition), Faults{});
    EXPECT_EQ(faults(definition, WorkflowType::express),
              (Faults{config_at + ": Express state machine does not support distributed Map"}));
}

TEST(CheckMaps, lets_express_children_do_what_express_workflows_can) {
    const std::string activity = R"("I": {"Type": "Task", "End": true,
        "Resource": "arn:aws:states:us-east-1:123456789012:activity:a"})";

    EXPECT_EQ(map_faults(standard, "", activity), Faults{});
    EXPECT_EQ(map_faults(express, "", activity),
              (Faults{"/States/M/ItemProcessor/States/I/Resource: Express state machine does not "
                      "support Activity ARN"}));
}

TEST(CheckMaps, checks_labels) {
    EXPECT_EQ(map_faults(standard, R"("Label": "a b", )"),
              (Faults{"/States/M/Label: Label contains characters that are not allowed: 'a b'"}));
    EXPECT_EQ(map_faults(standard, R"("Label": "", )"),
              (Faults{"/States/M/Label: Label cannot be empty"}));
    EXPECT_EQ(map_faults(standard, R"("Label": ")" + std::string(41, 'l') + R"(", )"),
              (Faults{"/States/M/Label: Label is longer than 40 characters"}));
    EXPECT_EQ(map_faults(R"("Mode": "INLINE")", R"("Label": "l", )"),
              (Faults{"/States/M/Label: Label needs a distributed Map"}));
    EXPECT_EQ(map_faults(standard, R"("Label": "l", )",
                         R"("I": {"Type": "Map", "Label": "l", "End": true, "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "J",
            "States": {"J": {"Type": "Succeed"}}}})"),
              (Faults{"/States/M/ItemProcessor/States/I/Label: Label 'l' is already used at "
                      "/States/M/Label"}));
}

TEST(CheckMaps, checks_item_readers) {
    const auto reader_faults = [](const std::string& config) {
        return map_faults(standard, R"("ItemReader": {"Resource": "arn:aws:states:::s3:getObject",
            "Parameters": {"Bucket": "b", "Key": "k"}, "ReaderConfig": {)" +
                                        config + "}}, ");
    };
    const std::string at = "/States/M/ItemReader/ReaderConfig";

    EXPECT_EQ(reader_faults(R"("InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW")"), Faults{});
    EXPECT_EQ(reader_faults(R"("InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW",
                  "CSVHeaders": ["a"])"),
              (Faults{at + "/CSVHeaders: CSVHeaders belongs to CSVHeaderLocation GIVEN"}));
    EXPECT_EQ(reader_faults(R"("InputType": "JSON", "CSVDelimiter": "TAB")"),
              (Faults{at + "/CSVDelimiter: CSVDelimiter belongs to InputType CSV"}));
    EXPECT_EQ(reader_faults(R"("InputType": "JSON", "MaxItems": 1, "MaxItemsPath": "$.n")"),
              (Faults{at + "/MaxItemsPath: Only one of these fields may be set: [MaxItems, "
                           "MaxItemsPath]"}));
}

TEST(CheckMaps, checks_batchers_and_writers) {
    EXPECT_EQ(map_faults(standard, R"("ItemBatcher": {}, )"),
              (Faults{"/States/M/ItemBatcher: ItemBatcher needs MaxItemsPerBatch or "
                      "MaxInputBytesPerBatch"}));
    EXPECT_EQ(map_faults(standard, R"("ResultWriter": {}, )"),
              (Faults{"/States/M/ResultWriter: Value cannot be empty"}));
    EXPECT_EQ(
        map_faults(standard, R"("ResultWriter": {"Resource": "arn:aws:states:::s3:putObject"}, )"),
        (Faults{"/States/M/ResultWriter: Resource and Parameters belong together"}));
    EXPECT_EQ(
        map_faults(standard, R"("ResultWriter": {"WriterConfig": {"OutputType": "JSONL"}}, )"),
        Faults{});
}

TEST(CheckMaps, hides_outer_variables_from_distributed_children) {
    const auto read_by_child = [](const char* mode) {
        return faults(std::string(R"({"StartAt": "A", "States": {
            "A": {"Type": "Pass", "Assign": {"x": 1}, "Next": "M"},
            "M": {"Type": "Map", "End": true, "ItemProcessor": {"ProcessorConfig": {)") +
                      mode +
                      R"(}, "StartAt": "I", "States": {"I": {"Type": "Pass", "InputPath": "$x",
                      "End": true}}}}}})");
    };

    EXPECT_EQ(read_by_child(R"("Mode": "INLINE")"), Faults{});
    EXPECT_EQ(read_by_child(standard),
              (Faults{"warning UNASSIGNED_VARIABLE /States/M/ItemProcessor/States/I/InputPath: "
                      "Variable 'x' is never assigned"}));
}

} // namespace
} // namespace gradus
